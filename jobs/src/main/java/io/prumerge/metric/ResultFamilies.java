package io.prumerge.metric;

import io.prumerge.statistics.Holm;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The tests that are corrected together, by Holm's method. One family is declared beforehand: the
 * headlines under each benchmark's own profile, times the report's methods, times its models, each
 * against the baseline. The categories of a run's benchmark are another, all pairs of one table of
 * the leaderboard, and the {@link ContrastFamilies}. All other tests are exploratory.
 */
final class ResultFamilies {

  private ResultFamilies() {}

  /** Returns the results with the tests of headlines and categories corrected. */
  static List<MethodResult> adjusted(List<MethodResult> results) {
    List<MethodResult> marked = results.stream().map(CategoryFigures::marked).toList();
    Map<List<String>, List<MethodResult>> benchmarks =
        marked.stream()
            .collect(
                Collectors.groupingBy(
                    one -> List.of(one.key().runId(), one.key().benchmark(), one.key().split()),
                    LinkedHashMap::new,
                    Collectors.toList()));
    return adjusted(
        benchmarks.values().stream()
            .flatMap(one -> adjusted(one, TestFamily.CATEGORIES).stream())
            .toList(),
        TestFamily.CONFIRMATORY);
  }

  private static List<MethodResult> adjusted(List<MethodResult> results, TestFamily family) {
    double[] adjusted =
        Holm.adjusted(
            results.stream()
                .flatMap(result -> result.metrics().stream().filter(one -> isMember(one, family)))
                .mapToDouble(one -> one.comparison().orElseThrow().test().orElseThrow().pValue())
                .toArray());
    int next = 0;
    List<MethodResult> all = new ArrayList<>();
    for (MethodResult result : results) {
      List<Metric> metrics = new ArrayList<>();
      for (Metric metric : result.metrics()) {
        metrics.add(isMember(metric, family) ? metric.withAdjusted(adjusted[next++]) : metric);
      }
      all.add(result.withMetrics(metrics));
    }
    return all;
  }

  /** Returns the pairs with their tests corrected together. */
  static List<RetentionPair> adjustedPairs(List<RetentionPair> pairs) {
    double[] adjusted =
        Holm.adjusted(
            pairs.stream()
                .flatMap(one -> one.comparison().test().stream())
                .mapToDouble(DifferenceTest::pValue)
                .toArray());
    int next = 0;
    List<RetentionPair> all = new ArrayList<>();
    for (RetentionPair one : pairs) {
      boolean tested = one.comparison().test().isPresent();
      all.add(tested ? one.withAdjusted(adjusted[next++]) : one);
    }
    return all;
  }

  private static boolean isMember(Metric metric, TestFamily family) {
    return metric.family() == family && metric.comparison().flatMap(Comparison::test).isPresent();
  }
}
