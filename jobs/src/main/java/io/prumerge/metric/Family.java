package io.prumerge.metric;

import io.prumerge.statistics.Holm;
import java.util.ArrayList;
import java.util.List;

/**
 * The tests that are corrected together, by Holm's method. One family is declared beforehand: the
 * headlines under each benchmark's own profile, times the report's methods, times its models, each
 * against the baseline. The contrasts of a report are another. All other tests are exploratory.
 */
final class Family {

  private Family() {}

  /** Returns the results with the headlines' tests corrected by Holm's method. */
  static List<Result> adjusted(List<Result> results) {
    double[] adjusted =
        Holm.adjusted(
            results.stream()
                .flatMap(result -> result.metrics().stream().filter(one -> isMember(one)))
                .mapToDouble(one -> one.comparison().orElseThrow().test().orElseThrow().pValue())
                .toArray());
    int next = 0;
    List<Result> all = new ArrayList<>();
    for (Result result : results) {
      List<Metric> metrics = new ArrayList<>();
      for (Metric metric : result.metrics()) {
        metrics.add(isMember(metric) ? metric.withAdjusted(adjusted[next++]) : metric);
      }
      all.add(result.withMetrics(metrics));
    }
    return all;
  }

  /** Returns the contrasts with their tests corrected together. */
  static List<ContrastResult> adjustedContrasts(List<ContrastResult> contrasts) {
    double[] adjusted =
        Holm.adjusted(
            contrasts.stream()
                .flatMap(one -> one.comparison().test().stream())
                .mapToDouble(Comparison.Test::pValue)
                .toArray());
    int next = 0;
    List<ContrastResult> all = new ArrayList<>();
    for (ContrastResult one : contrasts) {
      all.add(one.comparison().test().isPresent() ? one.withAdjusted(adjusted[next++]) : one);
    }
    return all;
  }

  private static boolean isMember(Metric metric) {
    return metric.isConfirmatory() && metric.comparison().flatMap(Comparison::test).isPresent();
  }
}
