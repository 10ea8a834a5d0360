package io.prumerge.report.page;

import java.util.List;

/**
 * The leaderboard, as the report's page shows it.
 *
 * @param tables one for each run and budget
 * @param matrices the agreement of the same methods
 * @param oracle the best method for each question
 * @param printed published figures, a table for each number of tokens
 * @param printedNotes the sources and remarks
 */
record RankedBoards(
    List<TableView> tables,
    List<TableView> matrices,
    TableView oracle,
    List<TableView> printed,
    List<String> printedNotes) {

  /** Returns whether the table has figures by difficulty. */
  boolean anyEasy() {
    return tables.stream()
        .anyMatch(one -> one.columns().stream().anyMatch(it -> it.title().equals("easy %")));
  }

  boolean isFilled() {
    return !tables.isEmpty();
  }
}
