package io.prumerge.report;

import io.prumerge.benchmark.Statistic;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * An image's questions in one result, which are not independent; a text-only question is a cluster
 * of its own.
 *
 * @param slicing of the benchmark's rules
 */
record Cluster(ScoreKey key, Slicing slicing, List<ScoredQuestion> questions) {

  /** Questions within a slice that are only right together. */
  private static final class Unit {
    private boolean answered;
    private boolean failed;
    private boolean right = true;

    boolean counts(Variant variant) {
      return answered && (variant == Variant.EVERY || !failed);
    }

    void add(ScoredQuestion question) {
      failed |= question.failed();
      answered |= question.score().isPresent();
      right &= question.score().orElse(0) == 1;
    }
  }

  /**
   * What the questions add up to, for every slice that has one of them. Units are looked at slice
   * by slice; where errors are left out, the units they belong to are too.
   */
  Map<Slice, Tally> tallies(Variant variant) {
    Map<Slice, Tally> tallies = new HashMap<>();
    Map<Slice, Map<String, Unit>> units = new HashMap<>();
    for (ScoredQuestion question : questions) {
      Set<Slice> slices = slicing.of(question.groups());
      for (Slice slice : slices) {
        Tally tally = tallies.computeIfAbsent(slice, key -> new Tally());
        if (variant == Variant.EVERY || !question.failed()) {
          question.count(tally);
        }
        if (!question.unit().isEmpty()) {
          units
              .computeIfAbsent(slice, key -> new HashMap<>())
              .computeIfAbsent(question.unit(), key -> new Unit())
              .add(question);
        }
      }
    }
    units.forEach(
        (slice, members) -> members.values().forEach(unit -> count(unit, slice, variant, tallies)));
    for (Tally tally : tallies.values()) {
      long scored = tally.count(Sum.N);
      if (scored > 0) {
        tally.add(Sum.CLUSTERS, 1);
      }
      tally.add(Sum.SQUARED_N, scored * scored);
      tally.add(Sum.SQUARED_UNITS, tally.count(Sum.UNITS) * tally.count(Sum.UNITS));
    }
    return tallies;
  }

  /**
   * What was right and what was wrong in a slice, by question for a mean, by unit else: the
   * observations of a statistic that is a share of such.
   *
   * @param statistic {@link Statistic#MEAN} or {@link Statistic#UNITS}
   */
  Map<Object, Boolean> outcomes(Statistic statistic, Slice slice, Variant variant) {
    Map<Object, Unit> units = new HashMap<>();
    for (ScoredQuestion question : questions) {
      Object name = statistic == Statistic.UNITS ? question.unit() : (Object) question.id();
      if (slicing.of(question.groups()).contains(slice) && !name.equals("")) {
        units.computeIfAbsent(name, absent -> new Unit()).add(question);
      }
    }
    Map<Object, Boolean> outcomes = new HashMap<>();
    units.forEach(
        (name, unit) -> {
          if (unit.counts(variant)) {
            outcomes.put(name, unit.right);
          }
        });
    return outcomes;
  }

  private static void count(Unit unit, Slice slice, Variant variant, Map<Slice, Tally> tallies) {
    if (unit.counts(variant)) {
      Tally tally = tallies.get(slice);
      tally.add(Sum.UNITS, 1);
      tally.add(Sum.UNITS_RIGHT, unit.right ? 1 : 0);
    }
  }
}
