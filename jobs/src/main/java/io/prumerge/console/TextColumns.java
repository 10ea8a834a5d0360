package io.prumerge.console;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
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
  private final Map<Integer, String> absences = new HashMap<>();

  /** Adds a column. */
  public TextColumns<T> with(String title, Function<T, String> cell) {
    titles.add(title);
    cells.add(cell);
    return this;
  }

  /**
   * Adds a column that is left out where every row says that there is nothing.
   *
   * @param absent how a cell says so
   */
  public TextColumns<T> withAny(String title, String absent, Function<T, String> cell) {
    absences.put(titles.size(), absent);
    return with(title, cell);
  }

  /** Returns lines of cells, the titles first. */
  public List<List<String>> of(List<T> rows) {
    List<List<String>> lines = new ArrayList<>();
    lines.add(titles);
    rows.forEach(row -> lines.add(cells.stream().map(cell -> cell.apply(row)).toList()));
    List<Integer> kept =
        IntStream.range(0, titles.size())
            .filter(
                column ->
                    rows.isEmpty()
                        || lines.stream()
                            .skip(1)
                            .anyMatch(line -> !line.get(column).equals(absences.get(column))))
            .boxed()
            .toList();
    return lines.stream().map(line -> kept.stream().map(line::get).toList()).toList();
  }
}
