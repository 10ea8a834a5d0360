package io.prumerge.source;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A row of a workbook's sheet.
 *
 * @param cells from column A on; empty cells are absent
 * @param formulas of the cells that are such, by their columns from 0, without the sign before them
 * @param where {@code file:row n}
 */
public record SheetRow(List<Optional<String>> cells, Map<Integer, String> formulas, String where) {

  /** Returns the cell in a column, from 0. */
  public Optional<String> cell(int column) {
    return column < cells.size() ? cells.get(column) : Optional.empty();
  }

  /**
   * Returns the text that was written into a cell. One that begins with {@code =} is a formula in
   * what xlsxwriter makes of it, whose value is 0 whatever it says.
   */
  public Optional<String> written(int column) {
    return formulas.containsKey(column) ? Optional.of("=" + formulas.get(column)) : cell(column);
  }
}
