package io.prumerge.report.page;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.function.Function;

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

  /**
   * A table, for the templates.
   *
   * @param caption says what the figures are
   */
  record TableView(String caption, List<Column> columns, List<Line> lines) {

    TableView {
      columns = List.copyOf(columns);
      lines = List.copyOf(lines);
    }

    boolean isFilled() {
      return !lines.isEmpty();
    }

    /**
     * @param kind {@code text} or {@code number}: alignment and sort order
     */
    record Column(String title, String kind) {
      static Column text(String title) {
        return new Column(title, "text");
      }

      static Column number(String title) {
        return new Column(title, "number");
      }

      boolean isNumber() {
        return kind.equals("number");
      }
    }

    /**
     * The columns of a table: each is a title, and the cell that a row has below it.
     *
     * @param <T> what a line is about
     */
    static final class Columns<T> {

      private final List<Column> titles = new ArrayList<>();
      private final List<Function<T, Cell>> cells = new ArrayList<>();

      /** Adds a column of texts, and returns this. */
      Columns<T> text(String title, Function<T, Cell> cell) {
        return with(Column.text(title), cell);
      }

      /** Adds a column of numbers, and returns this. */
      Columns<T> number(String title, Function<T, Cell> cell) {
        return with(Column.number(title), cell);
      }

      private Columns<T> with(Column title, Function<T, Cell> cell) {
        titles.add(title);
        cells.add(cell);
        return this;
      }

      /** Returns the table with a line for each row. */
      TableView of(String caption, List<T> rows) {
        return new TableView(
            caption,
            titles,
            rows.stream()
                .map(row -> new Line(cells.stream().map(cell -> cell.apply(row)).toList()))
                .toList());
      }
    }

    record Line(List<Cell> cells) {
      Line {
        cells = List.copyOf(cells);
      }
    }

    /**
     * @param text the content
     * @param note notes in smaller type, a line each; empty for none
     * @param sort the sort key; empty sorts last
     * @param kind {@code name} (of the line), {@code text} or {@code number}
     * @param tint a class of {@code report.css}; empty for none
     */
    record Cell(String text, String note, String sort, String kind, String tint) {

      /** Returns the cell that names the line. */
      static Cell name(String text) {
        return new Cell(text, "", text, "name", "");
      }

      static Cell text(String text) {
        return new Cell(text, "", text, "text", "");
      }

      static Cell number(OptionalDouble value, int decimals) {
        return number(value, Values.fixed(value, decimals));
      }

      static Cell number(long value) {
        return number(OptionalDouble.of(value), 0);
      }

      /** Returns the cell of a figure, with the decimals of its size. */
      static Cell number(OptionalDouble value) {
        return number(value, Values.decimals(value));
      }

      static Cell number(OptionalDouble value, String written) {
        String sort = value.isPresent() ? Double.toString(value.getAsDouble()) : "";
        return new Cell(written, "", sort, "number", "");
      }

      Cell noted(String more) {
        return new Cell(text, more, sort, kind, tint);
      }

      /** Returns the cell with the mark of the Pareto front. */
      Cell marked() {
        return new Cell(text + " ●", note, sort, kind, tint);
      }

      Cell tinted(String shade) {
        return new Cell(text, note, sort, kind, shade);
      }

      boolean isName() {
        return kind.equals("name");
      }

      /**
       * Returns the notes for a cell of one line, apart from its text and from each other: in
       * parentheses after a number, after a comma else.
       */
      String inlineNote() {
        if (note.isEmpty()) {
          return "";
        }
        return kind.equals("number")
            ? " (" + note.replace("\n", "; ") + ")"
            : ", " + note.replace("\n", ", ");
      }
    }
  }
}
