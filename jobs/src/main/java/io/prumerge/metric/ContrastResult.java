package io.prumerge.metric;

import io.prumerge.statistics.Interval;
import io.prumerge.store.ColumnExpressions;
import io.prumerge.store.Table;
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
 */
public record ContrastResult(
    String benchmark, String split, String metric, String a, String b, Comparison comparison) {

  /** Replaces a benchmark's name. */
  public static final String ALL = "all";

  /** Both as percent of the headlines of the baseline of {@code b}'s run, averaged. */
  public static final String RETENTION = "retention";

  ContrastResult withAdjusted(double pValue) {
    return new ContrastResult(benchmark, split, metric, a, b, comparison.withAdjusted(pValue));
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
        test.map(one -> ColumnExpressions.boxed(one.adjusted())).orElse(null));
  }
}
