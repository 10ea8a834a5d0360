package io.prumerge.metric;

import io.prumerge.metric.tally.MethodKey;
import io.prumerge.statistics.Holm;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * The tests of contrasts, corrected by Holm's method: those that were asked for are one family, all
 * others another, so that what every report compares makes no asked test stricter.
 *
 * <p>One test counts once. A retention over a single benchmark is its headline's difference in
 * another unit: it takes that one's correction, and adds no member to the family. Of a method and
 * its baseline, the headline's test is among the results.
 */
final class ContrastFamilies {

  private ContrastFamilies() {}

  /**
   * Returns all rows, in the order of the contrasts.
   *
   * @param results with their own tests corrected
   */
  static List<ContrastResult> adjusted(ContrastRows contrasts, List<MethodResult> results) {
    Map<MethodKey, List<Metric>> headlines = new LinkedHashMap<>();
    for (MethodResult result : results) {
      headlines
          .computeIfAbsent(MethodKey.of(result.key()), absent -> new ArrayList<>())
          .addAll(result.metrics().stream().filter(Metric::isConfirmatory).toList());
    }
    List<List<ContrastResult>> pairs = new ArrayList<>();
    contrasts
        .byContrast()
        .forEach(
            (pair, rows) ->
                pairs.add(
                    ofResults(rows, headlines.getOrDefault(pair.a(), List.of()), pair.scope())));
    double[] asked = Holm.adjusted(pValues(pairs, true));
    double[] others = Holm.adjusted(pValues(pairs, false));
    int nextAsked = 0;
    int nextOther = 0;
    List<ContrastResult> all = new ArrayList<>();
    for (List<ContrastResult> rows : pairs) {
      List<ContrastResult> own = new ArrayList<>();
      for (ContrastResult row : rows) {
        if (!isMember(row, rows)) {
          own.add(row);
        } else {
          own.add(row.withAdjusted(row.isAsked() ? asked[nextAsked++] : others[nextOther++]));
        }
      }
      own.replaceAll(row -> isRepeated(row, own) ? with(row, own.get(0).comparison()) : row);
      all.addAll(own);
    }
    return all;
  }

  private static double[] pValues(List<List<ContrastResult>> pairs, boolean asked) {
    return pairs.stream()
        .flatMap(rows -> rows.stream().filter(row -> row.isAsked() == asked && isMember(row, rows)))
        .mapToDouble(row -> row.comparison().test().orElseThrow().pValue())
        .toArray();
  }

  /** Returns the rows of a pair, corrected if they are a test of the results. */
  private static List<ContrastResult> ofResults(
      List<ContrastResult> rows, List<Metric> headlines, ContrastScope scope) {
    return scope == ContrastScope.RETENTION && headlines.size() == 1
        ? rows.stream()
            .map(row -> headlines.get(0).comparison().map(one -> with(row, one)).orElse(row))
            .toList()
        : rows;
  }

  private static boolean isMember(ContrastResult row, List<ContrastResult> pair) {
    return test(row).isPresent() && test(row).get().adjusted().isEmpty() && !isRepeated(row, pair);
  }

  /** Returns whether a row is the retention over one benchmark, whose headline stands before it. */
  private static boolean isRepeated(ContrastResult row, List<ContrastResult> pair) {
    return row.isRetention() && pair.size() == 2 && test(pair.get(0)).isPresent();
  }

  private static Optional<DifferenceTest> test(ContrastResult row) {
    return row.comparison().test();
  }

  /**
   * Returns a row with the correction of a test that is the same; a star is never where the row's
   * own interval holds 0.
   */
  private static ContrastResult with(ContrastResult row, Comparison same) {
    OptionalDouble adjusted =
        same.test().map(DifferenceTest::adjusted).orElse(OptionalDouble.empty());
    return test(row).isPresent() && adjusted.isPresent()
        ? row.withAdjusted(Math.max(test(row).get().pValue(), adjusted.getAsDouble()))
        : row;
  }
}
