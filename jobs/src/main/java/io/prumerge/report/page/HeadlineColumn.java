package io.prumerge.report.page;

import io.prumerge.metric.Metric;
import io.prumerge.metric.tally.ScoreKey;
import io.prumerge.store.EfficiencyRow;

/**
 * A column of the headline table.
 *
 * @param title as papers call it
 */
record HeadlineColumn(String benchmark, String split, String metric, String title) {

  /** Returns whether a figure is in this column. */
  boolean isOf(Metric row) {
    return isOf(row.key(), row.name());
  }

  /** Returns whether a figure of this name is in this column. */
  boolean isOf(ScoreKey key, String figure) {
    return benchmark.equals(key.benchmark()) && split.equals(key.split()) && metric.equals(figure);
  }

  /** Returns whether costs are of this column's questions. */
  boolean isOf(EfficiencyRow row) {
    return benchmark.equals(row.benchmark()) && split.equals(row.split());
  }
}
