package io.prumerge.report.page;

import java.util.List;

/**
 * The contents of the page by its sections, for both templates. Texts are not escaped; only the
 * template engine escapes them.
 *
 * @param boards the leaderboard
 * @param contrasts methods compared with each other
 * @param data {@link ChartData} as JSON
 */
record Page(
    Head head,
    Figures figures,
    Ranked boards,
    Compared contrasts,
    Work work,
    Shown examples,
    Ran ran,
    String data) {

  /**
   * The top of the page.
   *
   * @param first the model of the first of several runs, whose methods are named without their
   *     model; empty if there is only one run
   * @param baseline the method that the others are compared with
   * @param findings the best methods
   */
  record Head(
      String title,
      String first,
      String baseline,
      List<Fact> facts,
      List<Headlines.Finding> findings) {

    boolean anyFindings() {
      return !findings.isEmpty();
    }
  }

  /** A name and its value at the top of the page. */
  record Fact(String name, String value) {}

  /**
   * The headline figures.
   *
   * @param starred whether significance was tested
   * @param caveats messages about figures over a part of their questions
   * @param limits minimum detectable effects
   */
  record Figures(
      TableView headlines,
      boolean starred,
      List<String> caveats,
      TableView limits,
      PublishedFigures published) {}

  /**
   * Published figures.
   *
   * @param comparable whether they are of a model of the runs' dimensions
   */
  record PublishedFigures(
      boolean comparable, TableView table, List<String> sources, List<String> remarks) {}

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

    boolean isFilled() {
      return !tables.isEmpty();
    }
  }

  /**
   * Comparisons of methods.
   *
   * @param caveats messages about methods that answered different questions
   */
  record Compared(TableView table, List<String> caveats) {

    boolean isFilled() {
      return table.isFilled();
    }
  }

  /**
   * Tokens, time and FLOPs.
   *
   * @param categories the figures by category
   * @param stages measured time and counted work by stage
   * @param hardware minimum times on other hardware
   * @param places devices and number formats of the measured times
   */
  record Work(
      TableView tokens,
      List<TableView> categories,
      TableView stages,
      TableView hardware,
      List<String> places) {

    boolean anyCategories() {
      return !categories.isEmpty();
    }

    boolean anyHardware() {
      return hardware.isFilled();
    }
  }

  /**
   * The examples.
   *
   * @param pictures the images that the cards' tiles draw
   * @param gaps messages about examples that could not be read
   */
  record Shown(List<Card> cards, List<Card.Drawn> pictures, List<String> gaps) {

    boolean isFilled() {
      return !cards.isEmpty();
    }
  }

  /**
   * The runs.
   *
   * @param errors of their answers
   * @param settings of each, with versions and hashes
   */
  record Ran(TableView errors, TableView settings) {}
}
