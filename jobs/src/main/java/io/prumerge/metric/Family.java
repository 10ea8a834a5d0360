package io.prumerge.metric;

import io.prumerge.statistics.Holm;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Function;

/**
 * The tests that are corrected together, by Holm's method. One family is declared beforehand: the
 * headlines under each benchmark's own profile, times the report's methods, times its models, each
 * against the baseline. The contrasts of a report are another, and all pairs of one table of the
 * leaderboard one more. All other tests are exploratory.
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
    return adjusted(contrasts, ContrastResult::comparison, ContrastResult::withAdjusted);
  }

  /** Returns the pairs with their tests corrected together. */
  static List<AllPairs.Pair> adjustedPairs(List<AllPairs.Pair> pairs) {
    return adjusted(pairs, AllPairs.Pair::comparison, AllPairs.Pair::withAdjusted);
  }

  private static <T> List<T> adjusted(
      List<T> rows, Function<T, Comparison> comparison, BiFunction<T, Double, T> withAdjusted) {
    double[] adjusted =
        Holm.adjusted(
            rows.stream()
                .flatMap(one -> comparison.apply(one).test().stream())
                .mapToDouble(Comparison.Test::pValue)
                .toArray());
    int next = 0;
    List<T> all = new ArrayList<>();
    for (T one : rows) {
      boolean tested = comparison.apply(one).test().isPresent();
      all.add(tested ? withAdjusted.apply(one, adjusted[next++]) : one);
    }
    return all;
  }

  private static boolean isMember(Metric metric) {
    return metric.isConfirmatory() && metric.comparison().flatMap(Comparison::test).isPresent();
  }
}
