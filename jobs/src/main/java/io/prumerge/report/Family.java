package io.prumerge.report;

import io.prumerge.statistics.Holm;
import java.util.ArrayList;
import java.util.List;

/**
 * The tests that are corrected together: of every method on every benchmark in the report, the
 * headline under the benchmark's own profile. Other figures are there to look around.
 */
final class Family {

  private Family() {}

  /** The results with the headlines' tests corrected by Holm's method. */
  static List<Result> adjusted(List<Result> results) {
    double[] adjusted =
        Holm.adjusted(
            results.stream()
                .flatMap(result -> result.metrics().stream().filter(one -> isMember(result, one)))
                .mapToDouble(one -> one.comparison().orElseThrow().test().orElseThrow().pValue())
                .toArray());
    int next = 0;
    List<Result> all = new ArrayList<>();
    for (Result result : results) {
      List<Metric> metrics = new ArrayList<>();
      for (Metric metric : result.metrics()) {
        metrics.add(isMember(result, metric) ? metric.withAdjusted(adjusted[next++]) : metric);
      }
      all.add(result.withMetrics(metrics));
    }
    return all;
  }

  private static boolean isMember(Result result, Metric metric) {
    return result.isOwnProfile()
        && metric.headline()
        && metric.comparison().flatMap(Comparison::test).isPresent();
  }
}
