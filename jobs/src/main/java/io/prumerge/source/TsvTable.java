package io.prumerge.source;

import io.prumerge.lang.Text;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/**
 * A TSV or CSV file with a header line, as written by pandas. Rows are streamed; base64 images are
 * not read, only located.
 */
public final class TsvTable {

  /** The line with which a file tells Excel what separates its cells. */
  private static final Pattern SEPARATOR_LINE = Pattern.compile("(?i)sep=(.)");

  /** What separates the cells of a CSV file without commas in its header, the likeliest first. */
  private static final String OTHERS = ";\t|";

  private final Path file;
  private final Form form;
  private final Configuration hadoop;
  private final Map<String, Integer> columns;
  private final int cells;

  /**
   * How a file is written.
   *
   * @param separator between cells, an ASCII character
   * @param named whether the first line names it, before the header
   */
  private record Form(char separator, boolean named, Charset charset) {}

  /**
   * @param cells of the header, of which the last ones may be empty
   */
  private TsvTable(
      Path file, Form form, Configuration hadoop, Map<String, Integer> columns, int cells) {
    this.file = file;
    this.form = form;
    this.hadoop = hadoop;
    this.columns = columns;
    this.cells = cells;
  }

  /**
   * Reads the header of a TSV file in UTF-8.
   *
   * @throws DataException if there is none, or it names a column twice
   */
  public static TsvTable open(Path file, Configuration hadoop) throws IOException {
    return open(file, StandardCharsets.UTF_8, hadoop);
  }

  /**
   * Reads the header of a TSV file.
   *
   * @param charset that has ASCII's bytes
   * @throws DataException if there is none, or it names a column twice
   */
  public static TsvTable open(Path file, Charset charset, Configuration hadoop) throws IOException {
    return open(file, new Form('\t', false, charset), hadoop);
  }

  private static TsvTable open(Path file, Form form, Configuration hadoop) throws IOException {
    try (TsvParser parser = parser(file, form, hadoop)) {
      List<TsvCell> header =
          parser.row().orElseThrow(() -> new DataException(file + " is empty; expected a header"));
      List<TsvCell> named = withoutEnd(header);
      Map<String, Integer> columns = new LinkedHashMap<>();
      for (TsvCell cell : named) {
        String where = file.getName() + ":" + parser.rowLine();
        String name = cell.text(where + ": a column's name");
        if (columns.putIfAbsent(name, columns.size()) != null) {
          throw new DataException(
              Text.format(
                  "%s: the column '%s' stands here twice; rename one of the two", where, name));
        }
      }
      return new TsvTable(file, form, hadoop, columns, header.size());
    }
  }

  /** Returns a header without what stands behind separators at its end: columns have names. */
  private static List<TsvCell> withoutEnd(List<TsvCell> header) {
    int last = header.size();
    while (last > 1 && header.get(last - 1).isEmpty()) {
      last--;
    }
    return header.subList(0, last);
  }

  /** Reads the header of a CSV file in UTF-8, as the other method. */
  public static TsvTable openCsv(Path file, Configuration hadoop) throws IOException {
    return openCsv(file, StandardCharsets.UTF_8, hadoop);
  }

  /**
   * Reads the header of a CSV file, of which some countries' spreadsheets separate the cells by
   * semicolons, or by tabs or bars; or by what a line {@code sep=;} before the header says.
   *
   * @param charset that has ASCII's bytes
   * @throws DataException if there is none, or it names a column twice
   */
  public static TsvTable openCsv(Path file, Charset charset, Configuration hadoop)
      throws IOException {
    Optional<Character> named = named(file, charset, hadoop);
    if (named.isPresent()) {
      return open(file, new Form(named.get(), true, charset), hadoop);
    }
    TsvTable table = open(file, new Form(',', false, charset), hadoop);
    String first = table.columns().get(0);
    OptionalInt other = OTHERS.chars().filter(one -> first.indexOf(one) >= 0).findFirst();
    return table.columns.size() > 1 || other.isEmpty()
        ? table
        : open(file, new Form((char) other.getAsInt(), false, charset), hadoop);
  }

  /** Returns the separator that the first line names, if it is such a line. */
  private static Optional<Character> named(Path file, Charset charset, Configuration hadoop)
      throws IOException {
    try (TsvParser parser = parser(file, new Form('\0', false, charset), hadoop)) {
      return parser
          .row()
          .map(line -> new String(line.get(0).value(), StandardCharsets.ISO_8859_1))
          .map(SEPARATOR_LINE::matcher)
          .filter(Matcher::matches)
          .map(line -> line.group(1).charAt(0));
    }
  }

  private static TsvParser parser(Path file, Form form, Configuration hadoop) throws IOException {
    return new TsvParser(PackedFile.bytes(file, hadoop), form, file.getName());
  }

  /** Returns the columns in their order. */
  public List<String> columns() {
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
    try (TsvParser parser = parser(file, form, hadoop)) {
      parser.row();
      for (Optional<List<TsvCell>> next = parser.row(); next.isPresent(); next = parser.row()) {
        TsvRow row =
            new TsvRow(file, parser.rowLine(), columns, whole(next.get()), parser.isEscaped());
        if (parser.rowLines() > 1) {
          row.requireWhole();
        }
        sink.accept(row);
      }
    }
  }

  /** Returns a row without empty cells below the header's own at its end. */
  private List<TsvCell> whole(List<TsvCell> row) {
    boolean empty =
        row.size() > columns.size()
            && row.size() <= cells
            && row.subList(columns.size(), row.size()).stream().allMatch(TsvCell::isEmpty);
    return empty ? row.subList(0, columns.size()) : row;
  }

  /**
   * Parses a file as pandas' {@code read_csv} and Python's csv do. A cell that begins with a quote
   * ends at the next single quote and may contain separators and line ends; two quotes in it are
   * one. A quote elsewhere is a character. Lines end with LF, CR or both; empty lines are skipped.
   * Spark writes a backslash before a quote in such a cell instead: where a row has that, and text
   * behind a quote that closes a cell, the file is refused. No library is used: none says at which
   * byte of a file a cell begins, by which pictures are read.
   */
  private static final class TsvParser implements Closeable {

    private static final int END = -1;

    private final InputStream in;
    private final char separator;
    private final Charset charset;
    private final String file;
    private final byte[] buffer = new byte[1 << 16];
    private final ByteArrayOutputStream value = new ByteArrayOutputStream();
    private final Base64List list = new Base64List();
    private int filled;
    private int used;
    private long position;
    private int line = 1;
    private int rowLine = 1;
    private int rowLines;
    private boolean escaped;

    /**
     * @param in closed with this parser
     * @param file its name, for messages
     */
    TsvParser(InputStream in, Form form, String file) throws IOException {
      this.in = in;
      this.separator = form.separator();
      this.charset = form.charset();
      this.file = file;
      if (peek() >= 0xFE && filled > 1 && peek() + (buffer[1] & 0xFF) == 0xFE + 0xFF) {
        throw new DataException(
            file + " is UTF-16; save it as UTF-8 (in Excel: CSV UTF-8, not Unicode text)");
      }
      if (peek() == 0xEF && charset.equals(StandardCharsets.UTF_8)) {
        skipByteOrderMark();
      }
      if (form.named()) {
        row();
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

    /** Returns whether a backslash stands before a quote in a quoted cell of the last row read. */
    boolean isEscaped() {
      return escaped;
    }

    /** Reads the next row; empty at the end of the file. */
    Optional<List<TsvCell>> row() throws IOException {
      while (isLineEnd(peek())) {
        endLine();
      }
      rowLine = line;
      escaped = false;
      if (peek() == END) {
        return Optional.empty();
      }
      List<TsvCell> cells = new ArrayList<>();
      cells.add(cell());
      while (peek() == separator) {
        next();
        cells.add(cell());
      }
      rowLines = line - rowLine + 1;
      endLine();
      return Optional.of(cells);
    }

    private TsvCell cell() throws IOException {
      value.reset();
      list.reset();
      if (peek() == '"') {
        return quoted();
      }
      long offset = position;
      rest();
      return new TsvCell(
          offset, position - offset, true, value.toByteArray(), charset, list.texts());
    }

    private TsvCell quoted() throws IOException {
      next();
      long offset = position;
      long length = 0;
      boolean plain = true;
      int before = END;
      while (true) {
        int c = next();
        if (c == END) {
          throw error(
              "a quote in this row is never closed (is the file cut off?)"
                  + (escaped ? "; " + TsvRow.ESCAPED : ""));
        }
        if (c == '"') {
          length = position - 1 - offset;
          escaped |= before == '\\';
          if (peek() != '"') {
            break;
          }
          next();
          plain = false;
        }
        before = c;
        if (c == '\n' || c == '\r' && peek() != '\n') {
          line++;
        }
        keep(c);
      }
      long closed = position;
      rest();
      if (escaped && position > closed) {
        throw error(TsvRow.ESCAPED);
      }
      return new TsvCell(
          offset, length, plain && position == closed, value.toByteArray(), charset, list.texts());
    }

    private DataException error(String problem) {
      return new DataException(Text.format("%s:%d: %s", file, rowLine, problem));
    }

    /** Reads up to the end of the cell. */
    private void rest() throws IOException {
      for (int c = peek(); c != separator && c != END && !isLineEnd(c); c = peek()) {
        keep(next());
      }
    }

    /** Takes a byte of the cell that was read last. */
    private void keep(int c) {
      if (value.size() == 0) {
        list.first(c);
      } else {
        list.next(c, position - 1);
      }
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
}
