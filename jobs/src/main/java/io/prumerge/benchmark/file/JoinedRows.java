package io.prumerge.benchmark.file;

import com.fasterxml.jackson.databind.JsonNode;
import io.prumerge.lang.Text;
import io.prumerge.source.DataException;
import io.prumerge.source.LeftOutRows;
import io.prumerge.source.SideRows;
import io.prumerge.source.table.DataRow;
import io.prumerge.source.table.DataTable;
import io.prumerge.source.table.RowCursor;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The rows of another table that questions ask for by a key. Rows by the questions' ids are read
 * together with the questions, where the table can be: in the same order none is held in memory, in
 * another one each is held until its question comes. All other rows are held.
 */
final class JoinedRows implements Closeable {

  private final LayoutRows rows;
  private final LayoutJoin join;
  private final boolean byId;
  private final String name;
  private final SideRows<List<String>, DataRow> held;
  private final Set<List<String>> taken = new HashSet<>();
  private final Map<JsonNode, JsonNode> texts = new HashMap<>();
  private Optional<RowCursor> next = Optional.empty();
  private DataRow asked;

  private JoinedRows(DataLayout layout, LayoutJoin join, String name, LeftOutRows leftOut) {
    rows = layout.rows();
    this.join = join;
    byId = join.isById(layout.columns());
    this.name = name;
    held = new SideRows<>(leftOut);
  }

  /**
   * Opens the rows.
   *
   * @param layout of the questions, of whose parts these rows have theirs
   * @param name of the table
   * @param parts its files
   * @param leftOut keeps account of their rows
   */
  static JoinedRows open(
      DataLayout layout, LayoutJoin join, String name, List<DataTable> parts, LeftOutRows leftOut)
      throws IOException {
    JoinedRows rows = new JoinedRows(layout, join, name, leftOut);
    if (rows.byId && parts.size() == 1) {
      rows.next = parts.get(0).rows();
    }
    if (rows.next.isEmpty()) {
      leftOut.readTogether(
          () -> {
            for (DataTable part : parts) {
              part.read(join.wanted(), rows::hold);
            }
          });
    }
    return rows;
  }

  /** Returns a question's row with the columns of the one that it asks for. */
  DataRow with(DataRow question) {
    return new JoinedRow(question, join.columns(), () -> find(question));
  }

  /**
   * Returns the row that a question asks for.
   *
   * @throws DataException if there is none
   */
  private DataRow find(DataRow question) {
    List<String> key = key(question, join.on().keySet());
    DataRow found = take(key);
    while (found == null && readNext(key)) {
      found = asked;
      asked = null;
    }
    if (found == null) {
      throw question
          .error(
              String.join(", ", join.on().keySet()),
              Text.format("is '%s', which %s lacks", String.join(", ", key), name))
          .unmatched();
    }
    return found;
  }

  private DataRow take(List<String> key) {
    DataRow row = byId ? held.take(key) : held.get(key);
    if (byId && row != null) {
      taken.add(key);
    }
    return row;
  }

  /** Reads a row, which is {@link #asked} if it has the key, and is held if not. */
  private boolean readNext(List<String> key) {
    try {
      return next.isPresent() && next.get().next(row -> meet(row, key));
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read " + name, e);
    }
  }

  private void meet(DataRow row, List<String> wanted) {
    List<String> key = key(row);
    if (key.equals(wanted)) {
      held.passUsed();
      taken.add(key);
      asked = row;
    } else {
      hold(row, key);
    }
  }

  private void hold(DataRow row) {
    hold(row, key(row));
  }

  /** Holds a row; of equal ones the first, unless questions are to have one each. */
  private void hold(DataRow row, List<String> key) {
    DataRow kept = row.kept(join.wanted(), text -> texts.computeIfAbsent(text, same -> same));
    DataRow before = held.putIfAbsent(key, kept);
    if (before != null && (byId || !before.equals(kept))) {
      throw repeated(row, key);
    }
  }

  /** Returns a row's key, which no question had before. */
  private List<String> key(DataRow row) {
    List<String> key = key(row, join.on().values());
    if (taken.contains(key)) {
      throw repeated(row, key);
    }
    return key;
  }

  private DataException repeated(DataRow row, List<String> key) {
    return row.error(
            String.join(", ", join.on().values()),
            Text.format("is '%s' for the second time", String.join(", ", key)))
        .ofFile();
  }

  private List<String> key(DataRow row, Collection<String> columns) {
    DataRow whole = rows.whole(row);
    return columns.stream().map(column -> whole.id(column).asText()).toList();
  }

  /** Counts the rows after the last that a question asked for. */
  void passRest() throws IOException {
    while (next.isPresent() && next.get().next(this::pass)) {
      continue; // to the last
    }
  }

  private void pass(DataRow row) {
    key(row);
    held.passUnasked();
  }

  @Override
  public void close() throws IOException {
    if (next.isPresent()) {
      next.get().close();
    }
  }
}
