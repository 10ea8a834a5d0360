package io.prumerge.metric;

import io.prumerge.benchmark.MetricRule;
import io.prumerge.benchmark.Statistic;
import io.prumerge.metric.tally.QuestionSubset;
import io.prumerge.metric.tally.Tally;
import io.prumerge.metric.tally.TallySum;
import java.io.Serializable;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.function.BiFunction;

/**
 * One number of a rule: the weighted sum of its statistic over some subsets.
 *
 * @param category the group it is about, {@code all} over several
 * @param scope its questions
 * @param parts the subsets of the statistic
 * @param weight of each part
 */
record Figure(
    MetricRule rule,
    String category,
    QuestionSubset scope,
    List<QuestionSubset> parts,
    double weight)
    implements Serializable {

  private static final Tally NOTHING = new Tally();

  /** Returns the method by which its error and interval are computed. */
  Uncertainty uncertainty() {
    return rule.statistic() == Statistic.RELATIVE
        ? Uncertainty.CLUSTER_BOOTSTRAP
        : Uncertainty.CLUSTERED_WILSON;
  }

  /** Returns its maximum, if the minimum is 0; empty if there is no maximum. */
  OptionalDouble most() {
    double part = StatisticMeasures.of(rule.statistic()).stream().mapToDouble(Measure::most).sum();
    return uncertainty() == Uncertainty.CLUSTER_BOOTSTRAP
        ? OptionalDouble.empty()
        : OptionalDouble.of(part * weight * parts.size());
  }

  /** Returns whether both are the same figure, of any results. */
  boolean isAlso(Figure other) {
    return rule.equals(other.rule) && category.equals(other.category);
  }

  /** Returns its value; empty without a part, or if a part has no value. */
  OptionalDouble value(Map<QuestionSubset, Tally> totals) {
    return added(totals, StatisticMeasures::value);
  }

  /** Returns the figure of blind answers to the same questions, if there is one. */
  OptionalDouble chance(Map<QuestionSubset, Tally> totals) {
    return added(totals, StatisticMeasures::chance);
  }

  private OptionalDouble added(
      Map<QuestionSubset, Tally> totals, BiFunction<Statistic, Tally, OptionalDouble> measure) {
    double sum = 0;
    for (QuestionSubset part : parts) {
      OptionalDouble value = measure.apply(rule.statistic(), totals.getOrDefault(part, NOTHING));
      if (value.isEmpty()) {
        return OptionalDouble.empty();
      }
      sum += weight * value.getAsDouble();
    }
    return parts.isEmpty() ? OptionalDouble.empty() : OptionalDouble.of(sum);
  }

  /** Returns the gradient of the value, which exists, by the sums of each subset. */
  Map<QuestionSubset, double[]> gradient(Map<QuestionSubset, Tally> totals) {
    Map<QuestionSubset, double[]> gradients = new HashMap<>();
    for (QuestionSubset part : parts) {
      double[] gradient = new double[TallySum.values().length];
      for (Measure measure : StatisticMeasures.of(rule.statistic())) {
        double[] one = measure.gradient(totals.get(part));
        for (int i = 0; i < gradient.length; i++) {
          gradient[i] += weight * one[i];
        }
      }
      gradients.put(part, gradient);
    }
    return gradients;
  }

  /**
   * Returns the number of images by which its words are weighed; 0 if none are, or no answer is.
   */
  long corpusImages(Map<QuestionSubset, Tally> totals) {
    Tally counts = counts(totals);
    double answers = counts.of(TallySum.N) - counts.of(TallySum.ERRORS);
    return rule.statistic() != Statistic.CIDER || answers == 0
        ? 0
        : Math.round(counts.of(TallySum.CORPUS_IMAGES) / answers);
  }

  /** Returns the sums of its questions. */
  Tally counts(Map<QuestionSubset, Tally> totals) {
    return totals.getOrDefault(scope, NOTHING);
  }
}
