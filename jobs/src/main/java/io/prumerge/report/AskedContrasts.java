package io.prumerge.report;

import io.prumerge.metric.Contrast;
import io.prumerge.metric.MethodKey;
import io.prumerge.metric.MethodNames;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Contrasts as people ask for them: {@code A:B}, names as the report's tables spell them. */
public final class AskedContrasts {

  /** The two sides, by what they may mean. */
  private record Sides(
      List<MethodKey> first, boolean firstWithRun, List<MethodKey> second, boolean secondWithRun) {

    /** Who is compared with whom; a side that names no run is taken in the other's. */
    List<Contrast> pairs() {
      List<Contrast> pairs = new ArrayList<>();
      for (MethodKey a : first) {
        for (MethodKey b : second) {
          boolean across = firstWithRun && secondWithRun;
          if (!a.equals(b) && (across || a.runId().equals(b.runId()))) {
            pairs.add(new Contrast(a, b, Contrast.Scope.EVERYTHING));
          }
        }
      }
      return pairs;
    }
  }

  private final Collection<MethodKey> all;
  private final MethodNames names;

  /**
   * @param all the report's methods
   */
  public AskedContrasts(Collection<MethodKey> all) {
    this.all = List.copyOf(all);
    this.names = new MethodNames(all);
  }

  /**
   * What a list of {@code A:B} asks for. A side without a model is taken in the other side's run;
   * where neither has one, in every run that has both methods.
   *
   * @throws IllegalArgumentException saying which text names no two methods, or several pairs
   */
  public List<Contrast> of(List<String> texts) {
    Set<Contrast> contrasts = new LinkedHashSet<>();
    texts.forEach(text -> contrasts.addAll(of(text)));
    return List.copyOf(contrasts);
  }

  /** Names have colons of their own, so each of them may be the one in the middle. */
  private List<Contrast> of(String text) {
    List<List<Contrast>> readings = new ArrayList<>();
    for (int colon = text.indexOf(':'); colon >= 0; colon = text.indexOf(':', colon + 1)) {
      List<Contrast> pairs =
          sides(text.substring(0, colon).strip(), text.substring(colon + 1).strip()).pairs();
      if (!pairs.isEmpty()) {
        readings.add(pairs);
      }
    }
    if (readings.size() != 1) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "'%s' %s; expected A:B, each METHOD or 'MODEL METHOD', of: %s",
              text,
              readings.isEmpty() ? "names no two methods to compare" : "can be read in two ways",
              String.join(", ", all.stream().map(names::name).toList())));
    }
    return readings.get(0);
  }

  private Sides sides(String a, String b) {
    List<MethodKey> first = names.called(a);
    List<MethodKey> second = names.called(b);
    return new Sides(
        first,
        first.stream().anyMatch(one -> names.isWithRun(one, a)),
        second,
        second.stream().anyMatch(one -> names.isWithRun(one, b)));
  }
}
