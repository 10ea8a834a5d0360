package io.prumerge.console;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.IntStream;

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

  /**
   * Returns the lines without the columns in which every row says that there is nothing.
   *
   * @param absent how a cell says so
   */
  public List<List<String>> filled(List<T> rows, String absent) {
    List<List<String>> lines = of(rows);
    List<Integer> filled =
        IntStream.range(0, titles.size())
            .filter(
                column ->
                    rows.isEmpty()
                        || lines.stream()
                            .skip(1)
                            .anyMatch(line -> !line.get(column).equals(absent)))
            .boxed()
            .toList();
    return lines.stream().map(line -> filled.stream().map(line::get).toList()).toList();
  }
}
