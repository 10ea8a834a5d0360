package io.prumerge.report;

import io.prumerge.metric.Inference.Contrast;
import io.prumerge.metric.MethodKey;
import io.prumerge.metric.MethodNames;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Parses contrasts of the form {@code A:B}, with names as in the report's tables. */
public final class AskedContrasts {

  /** The methods that each of the two sides may name. */
  private record Sides(
      List<MethodKey> first, boolean firstWithRun, List<MethodKey> second, boolean secondWithRun) {

    /** Returns the pairs; a side that names no run takes the other side's run. */
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
   * Returns the contrasts of a list of {@code A:B}. A side without a model takes the other side's
   * run; if neither side has a model, every run that has both methods is compared.
   *
   * @throws IllegalArgumentException if a text names no two methods, or can be read in several ways
   */
  public List<Contrast> of(List<String> texts) {
    Set<Contrast> contrasts = new LinkedHashSet<>();
    texts.forEach(text -> contrasts.addAll(of(text)));
    return List.copyOf(contrasts);
  }

  /** Tries every colon as the separator, since names have colons too. */
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
