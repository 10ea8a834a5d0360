package io.prumerge.source.table;

import io.prumerge.console.Texts;
import io.prumerge.lang.Text;
import io.prumerge.source.DataException;
import io.prumerge.source.HuggingFaceTable;
import io.prumerge.source.SourceFiles;
import java.io.IOException;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.apache.hadoop.fs.Path;
import org.apache.parquet.schema.Type;

/**
 * Files of one table, with its columns by name over all of them and those that their folders' names
 * say. A column that a file lacks is null in its rows, and noted.
 */
final class PartsTable implements DataTable {

  /** Characters of a type in messages. */
  private static final int SHOWN = 80;

  /** A file, and its rows. */
  record Part(DataTable table, PartFile file) {

    Optional<Type> type(String column) throws IOException {
      return table instanceof ParquetTable parquet ? parquet.type(column) : Optional.empty();
    }

    /** Returns the columns that the file lacks; none of JSON, where rows lack them. */
    Set<String> lacking(Set<String> columns) throws IOException {
      if (table instanceof JsonTable) {
        return Set.of();
      }
      Set<String> lacking = new LinkedHashSet<>(columns);
      lacking.removeAll(table.columns());
      lacking.removeAll(file.keys().keySet());
      return lacking;
    }
  }

  /** What a file's table says when its first rows are looked at. */
  @FunctionalInterface
  private interface Look {
    Collection<String> at(DataTable table) throws IOException;
  }

  private final String name;
  private final List<Part> parts;
  private final SourceFiles source;

  /**
   * @param parts in the order of their rows
   * @throws DataException if a folder's name says a column that a file has, too
   */
  PartsTable(String name, List<Part> parts, SourceFiles source) throws IOException {
    this.name = name;
    this.parts = List.copyOf(parts);
    this.source = source;
    source.leftOut().looking().readTogether(this::requireOwnKeys);
  }

  private void requireOwnKeys() throws IOException {
    for (Part part : parts) {
      for (String column : part.table().columns()) {
        if (part.file().keys().keySet().stream().anyMatch(column::equalsIgnoreCase)) {
          throw new DataException(
              Text.format(
                  "%s has the column '%s', and the name of its folder says another value of it;"
                      + " rename one of the two",
                  part.file().path(), column));
        }
      }
    }
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public List<String> columns() throws IOException {
    return List.copyOf(withKeys(all(DataTable::columns)));
  }

  @Override
  public List<String> manyColumns() throws IOException {
    return List.copyOf(withKeys(all(DataTable::manyColumns)));
  }

  /** Returns what all files say; whether most first rows are invalid is asked of them together. */
  private Set<String> all(Look look) throws IOException {
    Set<String> all = new LinkedHashSet<>();
    source
        .leftOut()
        .looking()
        .readTogether(
            () -> {
              for (Part part : parts) {
                all.addAll(look.at(part.table()));
              }
            });
    return all;
  }

  @Override
  public boolean rowsNameColumns() {
    return parts.stream().anyMatch(part -> part.table().rowsNameColumns());
  }

  @Override
  public Set<String> fields() throws IOException {
    return withKeys(all(DataTable::fields));
  }

  private Set<String> withKeys(Set<String> columns) {
    parts.forEach(part -> columns.addAll(part.file().keys().keySet()));
    return columns;
  }

  @Override
  public Set<String> later(Set<String> wanted) throws IOException {
    return all(table -> table.later(wanted));
  }

  @Override
  public void read(Set<String> wanted, Consumer<DataRow> sink) throws IOException {
    List<String> all = columns();
    Set<String> columns = new LinkedHashSet<>();
    for (String column : wanted) {
      columns.add(all.contains(column) ? column : DataTable.outer(column));
    }
    columns.retainAll(all);
    requireAgreement(columns);
    Map<String, Lacking> lacking = new LinkedHashMap<>();
    source
        .leftOut()
        .readTogether(
            () -> {
              for (Part part : parts) {
                long rows = read(part, wanted, sink);
                for (String column : part.lacking(columns)) {
                  lacking.merge(column, new Lacking(part.file().path(), 1, rows), Lacking::and);
                }
              }
            });
    lacking.forEach((column, where) -> source.note(where.note(column, parts.size())));
  }

  private static long read(Part part, Set<String> wanted, Consumer<DataRow> sink)
      throws IOException {
    long[] rows = new long[1];
    Map<String, String> keys = part.file().keys();
    part.table()
        .read(
            wanted,
            row -> {
              rows[0]++;
              sink.accept(keys.isEmpty() ? row : new KeyedRow(row, keys));
            });
    return rows[0];
  }

  /** Refuses columns that have a type here and another one there. */
  private void requireAgreement(Set<String> columns) throws IOException {
    for (String column : columns) {
      Optional<Part> typed = Optional.empty();
      for (Part part : parts) {
        Optional<Type> type = part.type(column);
        if (type.isPresent() && typed.isEmpty()) {
          typed = Optional.of(part);
        } else if (type.isPresent()) {
          Type before = typed.get().type(column).orElseThrow();
          if (!HuggingFaceTable.agree(before, type.get())) {
            throw new DataException(
                Text.format(
                    "The column '%s' has two types: %s in %s, %s in %s; write the files with one",
                    column,
                    Texts.inLine(before.toString(), SHOWN),
                    typed.get().file().path(),
                    Texts.inLine(type.get().toString(), SHOWN),
                    part.file().path()));
          }
        }
      }
    }
  }

  /**
   * Files that lack a column.
   *
   * @param rows all of theirs
   */
  private record Lacking(Path first, int files, long rows) {

    Lacking and(Lacking other) {
      return new Lacking(first, files + other.files, rows + other.rows);
    }

    String note(String column, int all) {
      return Text.format(
          "%d of %d files lack the column '%s', such as %s: it is null in their %s",
          files, all, column, first.getName(), Texts.count(rows, "row"));
    }
  }
}
