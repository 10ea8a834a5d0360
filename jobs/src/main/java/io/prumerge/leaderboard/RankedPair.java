package io.prumerge.leaderboard;

import io.prumerge.metric.Comparison;
import io.prumerge.statistics.Interval;
import io.prumerge.store.ColumnExpressions;
import io.prumerge.store.Table;
import java.util.Optional;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;

/**
 * Two lines of one table of the leaderboard.
 *
 * @param budget the table
 * @param a a line's name; {@code b} is the one that it is compared with
 * @param comparison of their retentions, corrected over all pairs of the table
 */
public record RankedPair(
    String runId, String model, String budget, String a, String b, Comparison comparison) {

  /** Returns a row of {@link Table#LEADERBOARD_PAIRS}. */
  public Row row() {
    Optional<Comparison.Test> test = comparison.test();
    return RowFactory.create(
        runId,
        model,
        budget,
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
