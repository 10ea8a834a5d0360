package io.prumerge.report;

import io.prumerge.benchmark.MetricRule;
import io.prumerge.benchmark.Statistic;
import java.io.Serializable;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;

/**
 * One number that a rule asks for: its statistic for some slices, weighted alike and added up.
 *
 * @param category the group it is about, {@code all} over several
 * @param scope the questions it takes in
 * @param parts the slices that the statistic is taken of
 * @param weight of each part
 */
record Figure(MetricRule rule, String category, Slice scope, List<Slice> parts, double weight)
    implements Serializable {

  private static final Tally NOTHING = new Tally();

  /** Whether it is a mean over questions, or a weighted sum of such. */
  boolean isMean() {
    return rule.statistic() == Statistic.MEAN || rule.statistic() == Statistic.YES_RATIO;
  }

  /** Whether both are the same figure, of whatever results. */
  boolean isAlso(Figure other) {
    return rule.equals(other.rule) && category.equals(other.category);
  }

  /** Absent without a part and as soon as one part has no value. */
  OptionalDouble value(Map<Slice, Tally> totals) {
    double sum = 0;
    for (Slice part : parts) {
      OptionalDouble value = Ratio.value(rule.statistic(), totals.getOrDefault(part, NOTHING));
      if (value.isEmpty()) {
        return OptionalDouble.empty();
      }
      sum += weight * value.getAsDouble();
    }
    return parts.isEmpty() ? OptionalDouble.empty() : OptionalDouble.of(sum);
  }

  /** How the value, which is there, changes with the sums of each slice. */
  Map<Slice, double[]> gradient(Map<Slice, Tally> totals) {
    Map<Slice, double[]> gradients = new HashMap<>();
    for (Slice part : parts) {
      double[] gradient = new double[Sum.values().length];
      for (Ratio ratio : Ratio.of(rule.statistic())) {
        double[] one = ratio.gradient(totals.get(part));
        for (int i = 0; i < gradient.length; i++) {
          gradient[i] += weight * one[i];
        }
      }
      gradients.put(part, gradient);
    }
    return gradients;
  }

  /** The questions it takes in, added up. */
  Tally counts(Map<Slice, Tally> totals) {
    return totals.getOrDefault(scope, NOTHING);
  }
}
