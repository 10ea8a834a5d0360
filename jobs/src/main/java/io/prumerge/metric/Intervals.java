package io.prumerge.metric;

import io.prumerge.metric.tally.Variant;
import io.prumerge.statistics.Interval;
import java.io.Serializable;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Optional;

/** The bootstrap's intervals of one result's figures, and of their differences to the baseline. */
final class Intervals implements Serializable {

  private static final long serialVersionUID = 1L;

  /**
   * The interval and test of a difference, from its replicates.
   *
   * @param pValue of no difference, two-sided
   */
  record Difference(Interval interval, double pValue) implements Serializable {}

  /** The intervals of a result that was not resampled. */
  static final Intervals NONE = new Intervals();

  private final EnumMap<Variant, HashMap<Integer, Interval>> values = new EnumMap<>(Variant.class);
  private final EnumMap<Variant, HashMap<Integer, Difference>> deltas =
      new EnumMap<>(Variant.class);

  void putValue(Variant variant, int figure, Interval interval) {
    values.computeIfAbsent(variant, absent -> new HashMap<>()).put(figure, interval);
  }

  void putDelta(Variant variant, int figure, Difference difference) {
    deltas.computeIfAbsent(variant, absent -> new HashMap<>()).put(figure, difference);
  }

  /**
   * Returns a figure's interval.
   *
   * @param variant as {@link Design#resolved}
   */
  Optional<Interval> value(Variant variant, int figure) {
    return Optional.ofNullable(values.getOrDefault(variant, new HashMap<>()).get(figure));
  }

  /** Returns the interval of its difference to the baseline. */
  Optional<Difference> delta(Variant variant, int figure) {
    return Optional.ofNullable(deltas.getOrDefault(variant, new HashMap<>()).get(figure));
  }
}
