package io.prumerge.report;

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

  /** One unit's questions within a slice. */
  private static final class Unit {
    private boolean answered;
    private boolean failed;
    private boolean right = true;

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
      if (tally.count(Sum.N) > 0) {
        tally.add(Sum.CLUSTERS, 1);
      }
    }
    return tallies;
  }

  private static void count(Unit unit, Slice slice, Variant variant, Map<Slice, Tally> tallies) {
    if (unit.answered && (variant == Variant.EVERY || !unit.failed)) {
      Tally tally = tallies.get(slice);
      tally.add(Sum.UNITS, 1);
      tally.add(Sum.UNITS_RIGHT, unit.right ? 1 : 0);
    }
  }
}
