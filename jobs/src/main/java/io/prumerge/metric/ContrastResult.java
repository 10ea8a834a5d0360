package io.prumerge.metric;

import io.prumerge.statistics.Interval;
import io.prumerge.store.ColumnExpressions;
import io.prumerge.store.Table;
import java.io.Serializable;
import java.util.Locale;
import java.util.Optional;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;

/**
 * The difference of one figure between two methods.
 *
 * @param benchmark {@link #ALL} for a retention
 * @param split likewise
 * @param metric the headline's name, or {@link #RETENTION}
 * @param a the method's name in the report
 * @param b the name of the method that it is compared with
 * @param comparison with the test corrected for all contrasts of the report
 * @param questions the questions that the two figures are over
 */
public record ContrastResult(
    String benchmark,
    String split,
    String metric,
    String a,
    String b,
    Comparison comparison,
    Questions questions) {

  /** Replaces a benchmark's name. */
  public static final String ALL = "all";

  /** Both as percent of the headlines of the baseline of {@code b}'s run, averaged. */
  public static final String RETENTION = "retention";

  /**
   * Numbers of questions that were answered, errors included.
   *
   * @param both by both methods
   * @param onlyA by the first method only
   * @param onlyB by the second method only
   */
  public record Questions(long both, long onlyA, long onlyB) implements Serializable {

    static final Questions NONE = new Questions(0, 0, 0);

    Questions plus(Questions more) {
      return new Questions(both + more.both, onlyA + more.onlyA, onlyB + more.onlyB);
    }
  }

  /** Says so if the two methods answered different questions; empty if they answered the same. */
  public Optional<String> caveat() {
    return questions.onlyA() + questions.onlyB() == 0
        ? Optional.empty()
        : Optional.of(
            String.format(
                Locale.ROOT,
                "the two methods answered different questions: %,d both, %,d only the first,"
                    + " %,d only the second",
                questions.both(),
                questions.onlyA(),
                questions.onlyB()));
  }

  /** Whether it is over all benchmarks. */
  public boolean isRetention() {
    return metric.equals(RETENTION);
  }

  ContrastResult withAdjusted(double pValue) {
    return new ContrastResult(
        benchmark, split, metric, a, b, comparison.withAdjusted(pValue), questions);
  }

  /** Returns a row of {@link Table#CONTRASTS}. */
  public Row row() {
    Optional<Comparison.Test> test = comparison.test();
    return RowFactory.create(
        benchmark,
        split,
        metric,
        a,
        b,
        comparison.delta(),
        comparison.interval().map(Interval::low).orElse(null),
        comparison.interval().map(Interval::high).orElse(null),
        test.map(one -> one.way().label()).orElse(null),
        test.map(Comparison.Test::pValue).orElse(null),
        test.map(one -> ColumnExpressions.boxed(one.adjusted())).orElse(null),
        questions.both(),
        questions.onlyA(),
        questions.onlyB(),
        caveat().orElse(null));
  }
}
