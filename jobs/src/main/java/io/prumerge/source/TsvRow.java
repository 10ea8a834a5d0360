package io.prumerge.source;

import io.prumerge.console.Texts;
import io.prumerge.lang.Text;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.hadoop.fs.Path;

/** One row of a {@link TsvTable}. An empty cell and a missing one are both absent. */
public final class TsvRow {

  /** Why Spark's quotes are refused, and what to do. */
  static final String ESCAPED =
      "a backslash stands before a quote in it, as Spark writes quotes, and a single file is read"
          + " as pandas does, which doubles them; have Spark read it by data: {format: csv, path:"
          + " FILE, options: {header: true}}, or write it with Spark's option(\"escape\","
          + " \"\\\"\")";

  private final Path file;
  private final int line;
  private final Map<String, Integer> columns;
  private final List<TsvCell> cells;
  private final boolean escaped;

  /**
   * @param line first line of the row, from 1
   * @param columns their positions by name
   * @param cells one per column; more or fewer if the row is not whole
   * @param escaped whether a backslash stands before a quote in a quoted cell
   */
  TsvRow(Path file, int line, Map<String, Integer> columns, List<TsvCell> cells, boolean escaped) {
    this.file = file;
    this.line = line;
    this.columns = columns;
    this.cells = cells;
    this.escaped = escaped;
  }

  /**
   * Checks that the row has a cell for each column.
   *
   * @throws DataException if it has more or fewer
   */
  public void requireWhole() {
    if (cells.size() != columns.size()) {
      throw error(
          Text.format(
              "%s in this row, %d in the header (is the file cut off?)%s",
              Texts.count(cells.size(), "cell"), columns.size(), escaped ? "; " + ESCAPED : ""));
    }
  }

  /** Returns {@code file:line}, the first line of the row. */
  public String where() {
    return file.getName() + ":" + line;
  }

  /** Returns an error about this row. */
  public DataException error(String problem) {
    return new DataException(where() + ": " + problem);
  }

  /** Returns the text in {@code column}; it must not be empty. */
  public String text(String column) {
    return optionalText(column).orElseThrow(() -> error(Text.format("'%s' is empty", column)));
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
                    Text.format("'%s' has quotes inside, which no base64 text has", column));
              }
              return new ImagePlace.Base64Range(id, file.toString(), cell.offset(), cell.length());
            });
  }

  /**
   * Returns the places of the base64 texts in {@code column}, which are one or a list.
   *
   * @param id name of the image, or with a number from 0 of each of several
   */
  public List<ImagePlace> images(String column, String id) {
    List<TsvCell.Range> texts = cell(column).map(TsvCell::texts).orElse(List.of());
    if (texts.isEmpty()) {
      return base64(column, id).stream().toList();
    }
    List<ImagePlace> places = new ArrayList<>();
    for (TsvCell.Range text : texts) {
      places.add(
          new ImagePlace.Base64Range(
              texts.size() == 1 ? id : id + "/" + places.size(),
              file.toString(),
              text.offset(),
              text.length()));
    }
    return places;
  }

  private Optional<TsvCell> cell(String column) {
    return Optional.ofNullable(columns.get(column))
        .filter(position -> position < cells.size())
        .map(cells::get)
        .filter(cell -> !cell.isEmpty());
  }
}
