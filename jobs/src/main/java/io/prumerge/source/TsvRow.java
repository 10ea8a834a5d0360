package io.prumerge.source;

import io.prumerge.source.TsvTable.TsvCell;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.apache.hadoop.fs.Path;

/** One row of a {@link TsvTable}. An empty cell and a missing column are both absent. */
public final class TsvRow {

  private final Path file;
  private final int line;
  private final Map<String, Integer> columns;
  private final List<TsvCell> cells;

  /**
   * @param line first line of the row, from 1
   * @param columns their positions by name
   * @param cells one per column
   */
  TsvRow(Path file, int line, Map<String, Integer> columns, List<TsvCell> cells) {
    this.file = file;
    this.line = line;
    this.columns = columns;
    this.cells = cells;
    if (cells.size() != columns.size()) {
      throw error(
          String.format(
              Locale.ROOT,
              "%d cells in this row, %d in the header (is the file cut off?)",
              cells.size(),
              columns.size()));
    }
  }

  /** Returns {@code file:line}, the first line of the row. */
  public String where() {
    return file.getName() + ":" + line;
  }

  /** Returns an error about this row. */
  DataException error(String problem) {
    return new DataException(where() + ": " + problem);
  }

  /** Returns the text in {@code column}; it must not be empty. */
  public String text(String column) {
    return optionalText(column)
        .orElseThrow(() -> error(String.format(Locale.ROOT, "'%s' is empty", column)));
  }

  /** Returns the text in {@code column}, if there is any. */
  public Optional<String> optionalText(String column) {
    return cell(column).map(cell -> cell.text(where() + ": '" + column + "'"));
  }

  /** Returns the number of bytes of {@code column} in the file; 0 if it is absent. */
  public long length(String column) {
    return cell(column).map(TsvCell::length).orElse(0L);
  }

  /**
   * Returns the place of the base64 text in {@code column}; it may be longer than {@link #text}
   * reads.
   *
   * @param id name of the image; equal ids are the same image
   */
  public Optional<ImagePlace> base64(String column, String id) {
    return cell(column)
        .map(
            cell -> {
              if (!cell.plain()) {
                throw error(
                    String.format(
                        Locale.ROOT, "'%s' has quotes inside, which no base64 text has", column));
              }
              return new ImagePlace.Base64Range(id, file.toString(), cell.offset(), cell.length());
            });
  }

  private Optional<TsvCell> cell(String column) {
    return Optional.ofNullable(columns.get(column)).map(cells::get).filter(cell -> !cell.isEmpty());
  }
}
