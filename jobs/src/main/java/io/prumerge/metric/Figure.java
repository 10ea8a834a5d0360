package io.prumerge.metric;

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
record Figure(
    MetricRule rule,
    String category,
    QuestionSubset scope,
    List<QuestionSubset> parts,
    double weight)
    implements Serializable {

  /** A statistic of a tally; absent where it divides by 0. */
  private interface Measure {
    OptionalDouble of(Statistic statistic, Tally tally);
  }

  private static final double PERCENT = 100;
  private static final Tally NOTHING = new Tally();

  /** How its errors are found out. */
  Uncertainty uncertainty() {
    return rule.statistic() == Statistic.RELATIVE
        ? Uncertainty.CLUSTER_BOOTSTRAP
        : Uncertainty.CLUSTERED_WILSON;
  }

  /** The most it can be, where the least is 0; absent where there is no most. */
  OptionalDouble most() {
    int shares = Ratio.of(rule.statistic()).size();
    return uncertainty() == Uncertainty.CLUSTER_BOOTSTRAP
        ? OptionalDouble.empty()
        : OptionalDouble.of(PERCENT * weight * parts.size() * shares);
  }

  /** Whether both are the same figure, of whatever results. */
  boolean isAlso(Figure other) {
    return rule.equals(other.rule) && category.equals(other.category);
  }

  /** Absent without a part and as soon as one part has no value. */
  OptionalDouble value(Map<QuestionSubset, Tally> totals) {
    return added(totals, Ratio::value);
  }

  /** What blind answers to the same questions would have; absent where that says nothing. */
  OptionalDouble chance(Map<QuestionSubset, Tally> totals) {
    return added(totals, Ratio::chance);
  }

  private OptionalDouble added(Map<QuestionSubset, Tally> totals, Measure measure) {
    double sum = 0;
    for (QuestionSubset part : parts) {
      OptionalDouble value = measure.of(rule.statistic(), totals.getOrDefault(part, NOTHING));
      if (value.isEmpty()) {
        return OptionalDouble.empty();
      }
      sum += weight * value.getAsDouble();
    }
    return parts.isEmpty() ? OptionalDouble.empty() : OptionalDouble.of(sum);
  }

  /** How the value, which is there, changes with the sums of each slice. */
  Map<QuestionSubset, double[]> gradient(Map<QuestionSubset, Tally> totals) {
    Map<QuestionSubset, double[]> gradients = new HashMap<>();
    for (QuestionSubset part : parts) {
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
  Tally counts(Map<QuestionSubset, Tally> totals) {
    return totals.getOrDefault(scope, NOTHING);
  }
}
