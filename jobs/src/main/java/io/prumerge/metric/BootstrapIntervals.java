package io.prumerge.metric;

import com.esotericsoftware.kryo.DefaultSerializer;
import com.esotericsoftware.kryo.serializers.JavaSerializer;
import io.prumerge.metric.tally.QuestionVariant;
import io.prumerge.statistics.Interval;
import java.io.Serializable;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Optional;

/** The intervals of one result's figures, and of their differences to the baseline. */
@DefaultSerializer(JavaSerializer.class) // Kryo cannot fill the records inside
final class BootstrapIntervals implements Serializable {

  private static final long serialVersionUID = 1L;

  /** The intervals of a result that was not resampled. */
  static final BootstrapIntervals NONE = new BootstrapIntervals();

  private final EnumMap<QuestionVariant, HashMap<Integer, Interval>> values =
      new EnumMap<>(QuestionVariant.class);
  private final EnumMap<QuestionVariant, HashMap<Integer, BootstrapDifference>> deltas =
      new EnumMap<>(QuestionVariant.class);

  void putValue(QuestionVariant variant, int figure, Interval interval) {
    values.computeIfAbsent(variant, absent -> new HashMap<>()).put(figure, interval);
  }

  void putDelta(QuestionVariant variant, int figure, BootstrapDifference difference) {
    deltas.computeIfAbsent(variant, absent -> new HashMap<>()).put(figure, difference);
  }

  /**
   * Returns a figure's interval.
   *
   * @param variant as {@link Design#resolved}
   */
  Optional<Interval> value(QuestionVariant variant, int figure) {
    return Optional.ofNullable(values.getOrDefault(variant, new HashMap<>()).get(figure));
  }

  /** Returns the interval of its difference to the baseline. */
  Optional<BootstrapDifference> delta(QuestionVariant variant, int figure) {
    return Optional.ofNullable(deltas.getOrDefault(variant, new HashMap<>()).get(figure));
  }
}
