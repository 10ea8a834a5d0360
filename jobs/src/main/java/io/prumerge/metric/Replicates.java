package io.prumerge.metric;

import io.prumerge.metric.tally.Cluster;
import io.prumerge.metric.tally.QuestionSubset;
import io.prumerge.metric.tally.Sum;
import io.prumerge.metric.tally.Tally;
import io.prumerge.metric.tally.Variant;
import java.io.Serializable;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalDouble;

/** One result's sums in many replicates, each with other weights of images. */
final class Replicates implements Serializable {

  private static final long serialVersionUID = 1L;

  private final int count;
  private final EnumMap<Variant, HashMap<QuestionSubset, EnumMap<Sum, double[]>>> sums =
      new EnumMap<>(Variant.class);

  Replicates(int count) {
    this.count = count;
  }

  /**
   * Adds an image.
   *
   * @param weights its weight in each replicate
   */
  Replicates add(Cluster cluster, double[] weights, Design design) {
    for (Variant variant : design.variants(cluster.key())) {
      Map<QuestionSubset, EnumSet<Sum>> resampled = design.of(cluster.key(), variant).resampled();
      cluster
          .tallies(variant)
          .forEach(
              (slice, tally) -> {
                for (Sum sum : resampled.getOrDefault(slice, EnumSet.noneOf(Sum.class))) {
                  double amount = tally.of(sum);
                  if (amount != 0) {
                    add(of(variant, slice, sum), weights, amount);
                  }
                }
              });
    }
    return this;
  }

  Replicates add(Replicates other) {
    other.sums.forEach(
        (variant, slices) ->
            slices.forEach(
                (slice, tallies) ->
                    tallies.forEach((sum, values) -> add(of(variant, slice, sum), values, 1))));
    return this;
  }

  private static void add(double[] sums, double[] weights, double amount) {
    for (int i = 0; i < sums.length; i++) {
      sums[i] += weights[i] * amount;
    }
  }

  private double[] of(Variant variant, QuestionSubset slice, Sum sum) {
    return sums.computeIfAbsent(variant, absent -> new HashMap<>())
        .computeIfAbsent(slice, absent -> new EnumMap<>(Sum.class))
        .computeIfAbsent(sum, absent -> new double[count]);
  }

  /**
   * Returns a figure's value in each replicate, NaN if it has none.
   *
   * @param variant as {@link Design#resolved}
   */
  double[] values(Figure figure, Variant variant) {
    Map<QuestionSubset, EnumMap<Sum, double[]>> slices =
        sums.getOrDefault(variant, new HashMap<>());
    double[] values = new double[count];
    for (int i = 0; i < count; i++) {
      Map<QuestionSubset, Tally> totals = new HashMap<>();
      for (QuestionSubset part : figure.parts()) {
        Tally tally = new Tally();
        for (Map.Entry<Sum, double[]> entry :
            slices.getOrDefault(part, new EnumMap<>(Sum.class)).entrySet()) {
          tally.add(entry.getKey(), entry.getValue()[i]);
        }
        totals.put(part, tally);
      }
      OptionalDouble value = figure.value(totals);
      values[i] = value.orElse(Double.NaN);
    }
    return values;
  }
}
