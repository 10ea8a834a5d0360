package io.prumerge.source;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/**
 * A table of answers in an xlsx, CSV, TSV or JSON file, all of whose cells are as they were
 * written: pandas makes nothing of "None", and 1.1 of "1.10".
 */
public final class RecordTable {

  private static final String TSV = ".tsv";
  private static final String CSV = ".csv";
  private static final String JSON = ".json";

  /** How the names of tables end whose first row has the columns. */
  public static final List<String> SHEETS = List.of(XlsxWriter.ENDING, TSV, CSV);

  private RecordTable() {}

  /** Ends the reading of a file of which no more is asked. */
  private static final class Enough extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient List<String> columns;

    Enough(List<String> columns) {
      super(null, null, false, false);
      this.columns = columns;
    }
  }

  /**
   * Returns the columns of a file's first row; none if it is no such table.
   *
   * @throws DataException if it is damaged
   */
  public static List<String> columns(Path file, Configuration hadoop) throws IOException {
    try {
      if (PackedFile.hasEnding(file, XlsxWriter.ENDING)) {
        XlsxReader.read(
            file,
            hadoop,
            row -> {
              throw new Enough(names(row));
            });
      } else if (areCells(file)) {
        return cells(file, hadoop).columns();
      } else if (PackedFile.hasEnding(file, JSON) && JsonBeginning.isArray(file, hadoop)) {
        JsonItems.array(
            file,
            hadoop,
            item -> {
              List<String> names = new ArrayList<>();
              item.object().fieldNames().forEachRemaining(names::add);
              throw new Enough(names);
            });
      }
    } catch (Enough e) {
      return e.columns;
    }
    return List.of();
  }

  /**
   * Streams the rows of a file that has {@link #columns}.
   *
   * @throws DataException if it is damaged
   */
  public static void read(
      Path file, Configuration hadoop, LeftOutRows leftOut, Consumer<TableRecord> sink)
      throws IOException {
    if (PackedFile.hasEnding(file, XlsxWriter.ENDING)) {
      sheet(file, hadoop, leftOut, sink);
    } else if (areCells(file)) {
      TsvTable table = cells(file, hadoop);
      leftOut.<TsvRow>read(
          table::read,
          row -> {
            row.requireWhole();
            sink.accept(record(row));
          });
    } else {
      JsonItems.array(file, hadoop, leftOut, item -> sink.accept(record(item)));
    }
  }

  private static void sheet(
      Path file, Configuration hadoop, LeftOutRows leftOut, Consumer<TableRecord> sink)
      throws IOException {
    List<String> header = new ArrayList<>();
    leftOut.<SheetRow>read(
        rows ->
            XlsxReader.read(
                file,
                hadoop,
                row -> {
                  if (header.isEmpty()) {
                    header.addAll(names(row));
                  } else if (row.cells().stream().anyMatch(Optional::isPresent)) {
                    rows.accept(row);
                  }
                }),
        row -> sink.accept(record(row, header)));
  }

  private static List<String> names(SheetRow row) {
    return row.cells().stream().map(cell -> cell.orElse("")).toList();
  }

  private static boolean areCells(Path file) {
    return PackedFile.hasEnding(file, TSV) || PackedFile.hasEnding(file, CSV);
  }

  private static TsvTable cells(Path file, Configuration hadoop) throws IOException {
    return PackedFile.hasEnding(file, CSV)
        ? TsvTable.openCsv(file, hadoop)
        : TsvTable.open(file, hadoop);
  }

  private static TableRecord record(SheetRow row, List<String> header) {
    return new TableRecord(
        row.where(),
        column -> {
          int position = header.indexOf(column);
          return text(position < 0 ? Optional.empty() : row.written(position));
        });
  }

  private static TableRecord record(TsvRow row) {
    return new TableRecord(row.where(), column -> text(row.optionalText(column)));
  }

  private static JsonNode text(Optional<String> cell) {
    return cell.<JsonNode>map(TextNode::valueOf).orElse(MissingNode.getInstance());
  }

  private static TableRecord record(JsonLine item) {
    return new TableRecord(item.where(), item.object()::path);
  }
}
