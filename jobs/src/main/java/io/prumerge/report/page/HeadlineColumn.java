package io.prumerge.report.page;

import io.prumerge.metric.Metric;
import io.prumerge.store.EfficiencyRow;

/**
 * A column of the headline table.
 *
 * @param title as papers call it
 */
record HeadlineColumn(String benchmark, String split, String metric, String title) {

  /** Returns whether a figure is in this column. */
  boolean isOf(Metric row) {
    return benchmark.equals(row.key().benchmark())
        && split.equals(row.key().split())
        && metric.equals(row.name());
  }

  /** Returns whether costs are of this column's questions. */
  boolean isOf(EfficiencyRow row) {
    return benchmark.equals(row.benchmark()) && split.equals(row.split());
  }
}
