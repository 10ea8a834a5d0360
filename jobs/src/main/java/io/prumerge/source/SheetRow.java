package io.prumerge.source;

import java.util.List;
import java.util.Optional;

/**
 * A row of a workbook's sheet.
 *
 * @param cells from column A on; empty cells are absent
 * @param where {@code file:row n}
 */
public record SheetRow(List<Optional<String>> cells, String where) {

  /** Returns the cell in a column, from 0. */
  public Optional<String> cell(int column) {
    return column < cells.size() ? cells.get(column) : Optional.empty();
  }
}
