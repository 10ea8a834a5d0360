package io.prumerge.benchmark.file;

import java.util.regex.Pattern;

/** Names of groups of questions by the values of columns. */
final class CategoryName {

  /** Separates names where several are joined. */
  private static final Pattern BREAKS = Pattern.compile("[\\p{Cntrl}]+");

  private CategoryName() {}

  /** Returns how the names of a column's groups begin, where several columns have groups. */
  static String start(String column) {
    return column + "=";
  }

  /** Returns a value as a name, on one line. */
  static String of(String value) {
    return BREAKS.matcher(value).replaceAll(" ").strip();
  }
}
