package io.prumerge.search;

import io.prumerge.metric.Comparison;
import io.prumerge.plan.sweep.SearchCost;
import io.prumerge.statistics.Interval;
import io.prumerge.store.ColumnExpressions;
import java.util.Locale;
import java.util.Optional;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;

/**
 * How a search ended for one candidate.
 *
 * @param rung the last one that it was in
 * @param point as measured there
 * @param better the comparison by which it was dropped; absent if it is left
 */
record Candidate(Status status, int rung, Point point, Optional<Gap> better) {

  /** What became of a candidate. */
  enum Status {
    /** No other one that is left is as accurate for the same cost or less, as measured. */
    FRONT,
    /** Another one is, but this may be chance. */
    OPEN,
    /** Another one is more accurate and costs no more. */
    DROPPED;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** Returns a row of {@link io.prumerge.store.Table#FRONT}. */
  Row row(String objective, SearchCost cost) {
    Optional<Comparison> comparison = better.map(Gap::score);
    Optional<Interval> interval = comparison.flatMap(Comparison::interval);
    return RowFactory.create(
        point.method(),
        status.toString(),
        rung,
        point.questions(),
        objective,
        ColumnExpressions.boxed(point.score()),
        point.interval().map(Interval::low).orElse(null),
        point.interval().map(Interval::high).orElse(null),
        cost.toString(),
        Double.isNaN(point.cost()) ? null : (Double) point.cost(),
        better.map(gap -> gap.a().method()).orElse(null),
        comparison.map(Comparison::delta).orElse(null),
        interval.map(Interval::low).orElse(null),
        interval.map(Interval::high).orElse(null),
        comparison.flatMap(Comparison::test).map(Comparison.Test::pValue).orElse(null));
  }
}
