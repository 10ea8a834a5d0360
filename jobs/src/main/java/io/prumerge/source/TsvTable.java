package io.prumerge.source;

import io.prumerge.console.Texts;
import io.prumerge.source.TsvTable.TsvCell;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
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
   * Streams the rows, also those that are not {@link TsvRow#requireWhole whole}.
   *
   * @throws DataException if a quote is not closed, or a row that is not whole may have others in
   *     its quotes; names file and line
   */
  public void read(Consumer<TsvRow> sink) throws IOException {
    try (TsvParser parser = parser(file, hadoop)) {
      parser.row();
      for (Optional<List<TsvCell>> cells = parser.row(); cells.isPresent(); cells = parser.row()) {
        TsvRow row = new TsvRow(file, parser.rowLine(), columns, cells.get());
        if (parser.rowLines() > 1) {
          row.requireWhole();
        }
        sink.accept(row);
      }
    }
  }

  /**
   * Parses a TSV file as pandas' {@code read_csv(sep="\t")} does. A cell that begins with a quote
   * ends at the next single quote and may contain tabs and line ends; two quotes in it are one. A
   * quote elsewhere is a character. Lines end with LF, CR or both; empty lines are skipped.
   */
  private static final class TsvParser implements Closeable {

    private static final int END = -1;

    private final InputStream in;
    private final String file;
    private final byte[] buffer = new byte[1 << 16];
    private final ByteArrayOutputStream value = new ByteArrayOutputStream();
    private int filled;
    private int used;
    private long position;
    private int line = 1;
    private int rowLine = 1;
    private int rowLines;

    /**
     * @param in closed with this parser
     * @param file its name, for messages
     */
    TsvParser(InputStream in, String file) throws IOException {
      this.in = in;
      this.file = file;
      if (peek() == 0xEF) {
        skipByteOrderMark();
      }
    }

    private void skipByteOrderMark() throws IOException {
      for (int expected : new int[] {0xEF, 0xBB, 0xBF}) {
        if (next() != expected) {
          throw new DataException(file + ":1: not UTF-8");
        }
      }
    }

    /** Returns the first line, from 1, of the last row read. */
    int rowLine() {
      return rowLine;
    }

    /** Returns the number of lines of the last row read. */
    int rowLines() {
      return rowLines;
    }

    /** Reads the next row; empty at the end of the file. */
    Optional<List<TsvCell>> row() throws IOException {
      while (isLineEnd(peek())) {
        endLine();
      }
      rowLine = line;
      if (peek() == END) {
        return Optional.empty();
      }
      List<TsvCell> cells = new ArrayList<>();
      cells.add(cell());
      while (peek() == '\t') {
        next();
        cells.add(cell());
      }
      rowLines = line - rowLine + 1;
      endLine();
      return Optional.of(cells);
    }

    private TsvCell cell() throws IOException {
      value.reset();
      if (peek() == '"') {
        return quoted();
      }
      long offset = position;
      rest();
      return new TsvCell(offset, position - offset, true, value.toByteArray());
    }

    private TsvCell quoted() throws IOException {
      next();
      long offset = position;
      long length = 0;
      boolean plain = true;
      while (true) {
        int c = next();
        if (c == END) {
          throw new DataException(
              String.format(
                  Locale.ROOT,
                  "%s:%d: a quote in this row is never closed (is the file cut off?)",
                  file,
                  rowLine));
        }
        if (c == '"') {
          length = position - 1 - offset;
          if (peek() != '"') {
            break;
          }
          next();
          plain = false;
        }
        if (c == '\n' || c == '\r' && peek() != '\n') {
          line++;
        }
        keep(c);
      }
      long closed = position;
      rest();
      return new TsvCell(offset, length, plain && position == closed, value.toByteArray());
    }

    /** Reads up to the end of the cell. */
    private void rest() throws IOException {
      for (int c = peek(); c != '\t' && c != END && !isLineEnd(c); c = peek()) {
        keep(next());
      }
    }

    private void keep(int c) {
      if (value.size() <= TsvCell.LONGEST_TEXT) {
        value.write(c);
      }
    }

    private static boolean isLineEnd(int c) {
      return c == '\n' || c == '\r';
    }

    private void endLine() throws IOException {
      int c = next();
      if (c == '\r' && peek() == '\n') {
        next();
      }
      line++;
    }

    private int peek() throws IOException {
      if (used == filled) {
        filled = Math.max(0, in.read(buffer));
        used = 0;
      }
      return used == filled ? END : buffer[used] & 0xFF;
    }

    private int next() throws IOException {
      int c = peek();
      if (c != END) {
        used++;
        position++;
      }
      return c;
    }

    @Override
    public void close() throws IOException {
      in.close();
    }
  }

  /**
   * One cell of a TSV file.
   *
   * @param offset offset of its first byte in the file, after an opening quote
   * @param length bytes in the file, before a closing quote
   * @param plain whether that range is the value: it has no doubled quotes, and nothing follows the
   *     closing quote
   * @param value its bytes; cut if longer than {@link #LONGEST_TEXT}
   */
  record TsvCell(long offset, long length, boolean plain, byte[] value) {

    /** Longer values are images and are not kept in memory. */
    static final int LONGEST_TEXT = 1 << 16;

    boolean isEmpty() {
      return value.length == 0;
    }

    /**
     * Returns the value as text.
     *
     * @param where names the cell in messages
     */
    String text(String where) {
      if (value.length > LONGEST_TEXT) {
        throw new DataException(
            String.format(
                Locale.ROOT,
                "%s has %,d bytes; text of at most %,d is read",
                where,
                length,
                LONGEST_TEXT));
      }
      try {
        // A decoder of its own reports malformed bytes; new String replaces them.
        return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(value)).toString();
      } catch (CharacterCodingException e) {
        throw new DataException(where + " is not UTF-8", e);
      }
    }
  }

  /** One row of a {@link TsvTable}. An empty cell and a missing one are both absent. */
  public static final class TsvRow {

    private final Path file;
    private final int line;
    private final Map<String, Integer> columns;
    private final List<TsvCell> cells;

    /**
     * @param line first line of the row, from 1
     * @param columns their positions by name
     * @param cells one per column; more or fewer if the row is not whole
     */
    TsvRow(Path file, int line, Map<String, Integer> columns, List<TsvCell> cells) {
      this.file = file;
      this.line = line;
      this.columns = columns;
      this.cells = cells;
    }

    /**
     * Checks that the row has a cell for each column.
     *
     * @throws DataException if it has more or fewer
     */
    public void requireWhole() {
      if (cells.size() != columns.size()) {
        throw error(
            String.format(
                Locale.ROOT,
                "%s in this row, %d in the header (is the file cut off?)",
                Texts.count(cells.size(), "cell"),
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
                return new ImagePlace.Base64Range(
                    id, file.toString(), cell.offset(), cell.length());
              });
    }

    private Optional<TsvCell> cell(String column) {
      return Optional.ofNullable(columns.get(column))
          .filter(position -> position < cells.size())
          .map(cells::get)
          .filter(cell -> !cell.isEmpty());
    }
  }
}
