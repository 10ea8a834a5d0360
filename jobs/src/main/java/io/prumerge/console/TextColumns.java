package io.prumerge.console;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * The columns of a table: each is a title, and the cell that a row has below it.
 *
 * @param <T> what a line is about
 */
public final class TextColumns<T> {

  private final List<String> titles = new ArrayList<>();
  private final List<Function<T, String>> cells = new ArrayList<>();

  /** Adds a column. */
  public TextColumns<T> with(String title, Function<T, String> cell) {
    titles.add(title);
    cells.add(cell);
    return this;
  }

  /** Returns lines of cells, the titles first. */
  public List<List<String>> of(List<T> rows) {
    List<List<String>> lines = new ArrayList<>();
    lines.add(List.copyOf(titles));
    rows.forEach(row -> lines.add(cells.stream().map(cell -> cell.apply(row)).toList()));
    return lines;
  }
}
