package io.prumerge.report.page;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.IntStream;

/**
 * The columns of a table: each is a title, and the cell that a row has below it.
 *
 * @param <T> what a line is about
 */
final class TableColumns<T> {

  private final List<TableColumn> titles = new ArrayList<>();
  private final List<Function<T, TableCell>> cells = new ArrayList<>();

  /** Adds a column of texts, and returns this. */
  TableColumns<T> text(String title, Function<T, TableCell> cell) {
    return with(TableColumn.text(title), cell);
  }

  /** Adds a column of numbers, and returns this. */
  TableColumns<T> number(String title, Function<T, TableCell> cell) {
    return with(TableColumn.number(title), cell);
  }

  private TableColumns<T> with(TableColumn title, Function<T, TableCell> cell) {
    titles.add(title);
    cells.add(cell);
    return this;
  }

  /**
   * Returns the table with a line for each row, without the columns of numbers that have none at
   * all.
   */
  TableView of(String caption, List<T> rows) {
    List<List<TableCell>> all =
        rows.stream().map(row -> cells.stream().map(cell -> cell.apply(row)).toList()).toList();
    List<Integer> filled =
        IntStream.range(0, titles.size())
            .filter(
                column ->
                    !titles.get(column).isNumber()
                        || rows.isEmpty()
                        || all.stream().anyMatch(line -> !line.get(column).isAbsent()))
            .boxed()
            .toList();
    return new TableView(
        caption,
        filled.stream().map(titles::get).toList(),
        all.stream().map(line -> new TableLine(filled.stream().map(line::get).toList())).toList());
  }
}
