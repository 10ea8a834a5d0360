package io.prumerge.report.page;

import io.prumerge.metric.Metric;

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
}
