package io.prumerge.report.page;

import java.util.List;

/**
 * The contents of the page, for both templates. Texts are not escaped; only the template engine
 * escapes them.
 *
 * @param first the model of the first of several runs, whose methods are named without their model;
 *     empty if there is only one run
 * @param starred whether significance was tested
 * @param contrasts methods compared with each other
 * @param figureCaveats messages about figures over a part of their questions
 * @param contrastCaveats messages about methods that answered different questions
 * @param limits minimum detectable effects
 * @param boards the leaderboard
 * @param comparable whether the published figures are of a model of the runs' dimensions
 * @param places devices and number formats of the measured times
 * @param gaps messages about examples that could not be read
 * @param data {@link ChartData} as JSON
 */
record Page(
    String title,
    String first,
    String baseline,
    boolean starred,
    List<Fact> facts,
    List<Headlines.Finding> findings,
    TableView headlines,
    List<String> figureCaveats,
    TableView contrasts,
    List<String> contrastCaveats,
    TableView limits,
    Ranked boards,
    boolean comparable,
    TableView published,
    List<String> sources,
    List<String> remarks,
    TableView tokens,
    List<TableView> categories,
    TableView stages,
    TableView hardware,
    List<String> places,
    List<Card> cards,
    List<Card.Drawn> pictures,
    List<String> gaps,
    TableView errors,
    TableView runs,
    String data) {

  /** A name and its value at the top of the page. */
  record Fact(String name, String value) {}

  /**
   * The leaderboard.
   *
   * @param tables one for each run and budget
   * @param matrices the agreement of the same methods
   * @param oracle the best method for each question
   * @param printed published figures, a table for each number of tokens
   * @param printedNotes the sources and remarks
   */
  record Ranked(
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
  }

  boolean anyBoards() {
    return !boards.tables().isEmpty();
  }

  boolean anyFindings() {
    return !findings.isEmpty();
  }

  boolean anyCategories() {
    return !categories.isEmpty();
  }

  boolean anyCards() {
    return !cards.isEmpty();
  }

  boolean anyContrasts() {
    return contrasts.isFilled();
  }

  boolean anyHardware() {
    return hardware.isFilled();
  }
}
