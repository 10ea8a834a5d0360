package io.prumerge.report.page;

/**
 * @param kind {@code text} or {@code number}: alignment and sort order
 */
record TableColumn(String title, String kind) {
  static TableColumn text(String title) {
    return new TableColumn(title, "text");
  }

  static TableColumn number(String title) {
    return new TableColumn(title, "number");
  }

  boolean isNumber() {
    return kind.equals("number");
  }
}
