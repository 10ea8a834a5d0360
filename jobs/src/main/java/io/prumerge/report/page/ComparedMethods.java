package io.prumerge.report.page;

import java.util.List;

/**
 * Comparisons of methods.
 *
 * @param asked the pairs that were asked for
 * @param askedCaveats messages about those whose methods answered different questions
 * @param runs the same methods in two runs, a table for each pair of runs
 * @param table other pairs
 * @param caveats messages about methods of these that answered different questions
 */
record ComparedMethods(
    TableView asked,
    List<String> askedCaveats,
    List<TableView> runs,
    TableView table,
    List<String> caveats) {

  boolean anyAsked() {
    return asked.isFilled();
  }

  boolean anyRuns() {
    return !runs.isEmpty();
  }

  boolean isFilled() {
    return table.isFilled();
  }
}
