package io.prumerge.report.page;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.function.Function;
import org.apache.spark.sql.Row;

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

    /** Returns the cell of a column that may be null. */
    static Cell number(Row row, String column, int decimals) {
      return number(Values.of(row, column), decimals);
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
     * parentheses behind a number, behind a comma else.
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
