package io.prumerge.report.page;

import java.util.List;

/**
 * Comparisons of methods.
 *
 * @param runs the same methods in two runs, a table for each pair of runs
 * @param table other pairs
 * @param caveats messages about methods that answered different questions
 */
record ComparedMethods(List<TableView> runs, TableView table, List<String> caveats) {

  boolean anyRuns() {
    return !runs.isEmpty();
  }

  boolean isFilled() {
    return table.isFilled();
  }
}
