package io.prumerge.source;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.apache.hadoop.fs.Path;

/**
 * One row of a {@link TsvTable}. An empty cell and a column that is not there are alike: absent.
 */
public final class TsvRow {

  private final Path file;
  private final int line;
  private final Map<String, Integer> columns;
  private final List<TsvCell> cells;

  /**
   * @param line in which the row begins, from 1
   * @param columns their positions by name
   * @param cells as many as there are columns
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

  /** {@code file:line}, the line in which the row begins. */
  public String where() {
    return file.getName() + ":" + line;
  }

  /** An error about this row. */
  DataException error(String problem) {
    return new DataException(where() + ": " + problem);
  }

  /** The text in {@code column}, which must not be empty. */
  public String text(String column) {
    return optionalText(column)
        .orElseThrow(() -> error(String.format(Locale.ROOT, "'%s' is empty", column)));
  }

  /** The text in {@code column}, where there is any. */
  public Optional<String> optionalText(String column) {
    return cell(column).map(cell -> cell.text(where() + ": '" + column + "'"));
  }

  /** How many bytes the file has for {@code column}; 0 where it is absent. */
  public long length(String column) {
    return cell(column).map(TsvCell::length).orElse(0L);
  }

  /**
   * Where the base64 text in {@code column} lies, which may be longer than {@link #text} reads.
   *
   * @param id what the image is called; equal ids are the same image
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
