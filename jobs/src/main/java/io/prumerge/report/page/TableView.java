package io.prumerge.report.page;

import java.util.List;

/**
 * A table, for the templates.
 *
 * @param caption says what the figures are
 */
record TableView(String caption, List<TableColumn> columns, List<TableLine> lines) {

  TableView {
    columns = List.copyOf(columns);
    lines = List.copyOf(lines);
  }

  boolean isFilled() {
    return !lines.isEmpty();
  }
}
