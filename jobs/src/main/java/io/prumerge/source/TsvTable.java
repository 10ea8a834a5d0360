package io.prumerge.source;

import java.io.IOException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/**
 * A TSV file with a header line, as written by pandas, in UTF-8. Rows are streamed; base64 images
 * are not read, only located.
 */
public final class TsvTable {

  private final Path file;
  private final Configuration hadoop;
  private final Map<String, Integer> columns;

  private TsvTable(Path file, Configuration hadoop, Map<String, Integer> columns) {
    this.file = file;
    this.hadoop = hadoop;
    this.columns = columns;
  }

  /**
   * Reads the header.
   *
   * @throws DataException if there is none, or it names a column twice
   */
  public static TsvTable open(Path file, Configuration hadoop) throws IOException {
    try (TsvParser parser = parser(file, hadoop)) {
      List<TsvCell> header =
          parser
              .row()
              .orElseThrow(() -> new DataException(file + " is empty; expected a TSV header"));
      Map<String, Integer> columns = new LinkedHashMap<>();
      for (TsvCell cell : header) {
        String where = file.getName() + ":" + parser.rowLine();
        String name = cell.text(where + ": a column's name");
        if (columns.putIfAbsent(name, columns.size()) != null) {
          throw new DataException(
              String.format(Locale.ROOT, "%s: the column '%s' stands here twice", where, name));
        }
      }
      return new TsvTable(file, hadoop, columns);
    }
  }

  private static TsvParser parser(Path file, Configuration hadoop) throws IOException {
    return new TsvParser(file.getFileSystem(hadoop).open(file), file.getName());
  }

  /** Returns the columns in their order. */
  List<String> columns() {
    return List.copyOf(columns.keySet());
  }

  /** Returns whether it has all these columns. */
  public boolean hasColumns(String... names) {
    return Arrays.stream(names).allMatch(columns::containsKey);
  }

  /**
   * Streams the rows.
   *
   * @throws DataException if a row has more or fewer cells than the header, or a quote is not
   *     closed; names file and line
   */
  public void read(Consumer<TsvRow> sink) throws IOException {
    try (TsvParser parser = parser(file, hadoop)) {
      parser.row();
      for (Optional<List<TsvCell>> row = parser.row(); row.isPresent(); row = parser.row()) {
        sink.accept(new TsvRow(file, parser.rowLine(), columns, row.get()));
      }
    }
  }
}
