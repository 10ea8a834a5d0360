package io.prumerge.score.log;

import io.prumerge.source.DataException;
import io.prumerge.source.JsonBeginning;
import io.prumerge.source.JsonItems;
import io.prumerge.source.JsonLine;
import io.prumerge.source.LeftOutRows;
import io.prumerge.source.PackedFile;
import io.prumerge.source.SheetRow;
import io.prumerge.source.TsvRow;
import io.prumerge.source.TsvTable;
import io.prumerge.source.XlsxReader;
import io.prumerge.source.XlsxWriter;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/**
 * A table of answers in an xlsx, TSV or JSON file, all of whose cells are texts as they were
 * written: pandas makes nothing of "None", and 1.1 of "1.10".
 */
final class RecordTable {

  private static final String TSV = ".tsv";
  private static final String JSON = ".json";

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

  /** Returns the columns of a file's first row; none if it is no such table. */
  static List<String> columns(Path file, Configuration hadoop) throws IOException {
    try {
      if (PackedFile.hasEnding(file, XlsxWriter.ENDING)) {
        XlsxReader.read(
            file,
            hadoop,
            row -> {
              throw new Enough(names(row));
            });
      } else if (PackedFile.hasEnding(file, TSV)) {
        return TsvTable.open(file, hadoop).columns();
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
    } catch (DataException e) {
      return List.of(); // a damaged file is said to be of no known form
    }
    return List.of();
  }

  /**
   * Streams the rows of a file that has {@link #columns}.
   *
   * @throws DataException if it is damaged
   */
  static void read(Path file, Configuration hadoop, LeftOutRows leftOut, Consumer<Cells> sink)
      throws IOException {
    if (PackedFile.hasEnding(file, XlsxWriter.ENDING)) {
      sheet(file, hadoop, leftOut, sink);
    } else if (PackedFile.hasEnding(file, TSV)) {
      TsvTable table = TsvTable.open(file, hadoop);
      leftOut.<TsvRow>read(
          table::read,
          row -> {
            row.requireWhole();
            sink.accept(cells(row));
          });
    } else {
      JsonItems.array(file, hadoop, leftOut, item -> sink.accept(cells(item)));
    }
  }

  private static void sheet(
      Path file, Configuration hadoop, LeftOutRows leftOut, Consumer<Cells> sink)
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
        row -> sink.accept(cells(row, header)));
  }

  private static List<String> names(SheetRow row) {
    return row.cells().stream().map(cell -> cell.orElse("")).toList();
  }

  private static Cells cells(SheetRow row, List<String> header) {
    return new Cells(
        row.where(),
        column -> {
          int position = header.indexOf(column);
          return position < 0 ? Optional.empty() : row.written(position).map(LoggedText::of);
        });
  }

  private static Cells cells(TsvRow row) {
    return new Cells(row.where(), column -> row.optionalText(column).map(LoggedText::of));
  }

  private static Cells cells(JsonLine item) {
    return new Cells(
        item.where(),
        column ->
            item.object().has(column)
                ? Optional.of(LoggedText.of(item.object().path(column)))
                : Optional.empty());
  }
}
