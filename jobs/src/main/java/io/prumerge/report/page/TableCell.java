package io.prumerge.report.page;

import java.util.OptionalDouble;

/**
 * @param text the content
 * @param note notes in smaller type, a line each; empty for none
 * @param sort the sort key; empty sorts last
 * @param kind {@code name} (of the line), {@code text} or {@code number}
 * @param tint a class of {@code report.css}; empty for none
 */
record TableCell(String text, String note, String sort, String kind, String tint) {

  /** Returns the cell that names the line. */
  static TableCell name(String text) {
    return new TableCell(text, "", text, "name", "");
  }

  static TableCell text(String text) {
    return new TableCell(text, "", text, "text", "");
  }

  static TableCell number(OptionalDouble value, int decimals) {
    return number(value, Values.fixed(value, decimals));
  }

  static TableCell number(long value) {
    return number(OptionalDouble.of(value), 0);
  }

  /** Returns the cell of a figure, with the decimals of its size. */
  static TableCell number(OptionalDouble value) {
    return number(value, Values.decimals(value));
  }

  static TableCell number(OptionalDouble value, String written) {
    String sort = value.isPresent() ? Double.toString(value.getAsDouble()) : "";
    return new TableCell(written, "", sort, "number", "");
  }

  TableCell noted(String more) {
    return new TableCell(text, more, sort, kind, tint);
  }

  /** Returns the cell with the mark of the Pareto front. */
  TableCell marked() {
    return new TableCell(text + " ●", note, sort, kind, tint);
  }

  TableCell tinted(String shade) {
    return new TableCell(text, note, sort, kind, shade);
  }

  /** Returns whether the cell says no more than that there is no figure. */
  boolean isAbsent() {
    return text.equals(Values.ABSENT) && note.isEmpty();
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
