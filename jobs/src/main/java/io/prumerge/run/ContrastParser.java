package io.prumerge.run;

import io.prumerge.lang.Text;
import io.prumerge.metric.Contrast;
import io.prumerge.metric.ContrastScope;
import io.prumerge.metric.MethodNames;
import io.prumerge.metric.tally.MethodKey;
import java.util.ArrayList;
import java.util.List;

/** Parses contrasts of the form {@code A:B}, with names as in the report's tables. */
public final class ContrastParser {

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
            pairs.add(new Contrast(a, b, ContrastScope.EVERYTHING));
          }
        }
      }
      return pairs;
    }
  }

  private final MethodNames names;

  /**
   * @param names of the report's methods
   */
  public ContrastParser(MethodNames names) {
    this.names = names;
  }

  /**
   * Returns the contrasts of a list of {@code A:B}, each pair once. A side without a model takes
   * the other side's run; if neither side has a model, every run that has both methods is compared.
   *
   * @throws IllegalArgumentException if a text names no two methods, or can be read in several ways
   */
  public List<Contrast> of(List<String> texts) {
    List<Contrast> contrasts = new ArrayList<>();
    for (String text : texts) {
      for (Contrast contrast : of(text)) {
        if (contrasts.stream().noneMatch(contrast::isAbout)) {
          contrasts.add(contrast);
        }
      }
    }
    return contrasts;
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
          Text.format(
              "'%s' %s; expected A:B, each METHOD or 'RUN METHOD', of: %s",
              text,
              readings.isEmpty() ? "names no two methods to compare" : "can be read in two ways",
              String.join(", ", names.all().stream().map(names::name).toList())));
    }
    return readings.get(0);
  }

  private Sides sides(String a, String b) {
    List<MethodKey> first = names.called(a);
    List<MethodKey> second = names.called(b);
    return new Sides(
        first,
        first.stream().anyMatch(one -> names.isOfRun(one, a)),
        second,
        second.stream().anyMatch(one -> names.isOfRun(one, b)));
  }
}
