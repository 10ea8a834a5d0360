package io.prumerge.source.table;

import com.fasterxml.jackson.databind.JsonNode;
import io.prumerge.source.ImagePlace;
import io.prumerge.source.JsonItems;
import io.prumerge.source.JsonLine;
import io.prumerge.source.JsonLines;
import io.prumerge.source.LeftOutRows;
import java.io.IOException;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/** A file of JSON objects: one per line, or an array of them. */
final class JsonTable implements DataTable {

  /** Rows whose keys are the columns. */
  private static final int FIRST = 100;

  private final Path file;
  private final Configuration hadoop;
  private final LeftOutRows leftOut;

  JsonTable(Path file, Configuration hadoop, LeftOutRows leftOut) {
    this.file = file;
    this.hadoop = hadoop;
    this.leftOut = leftOut;
  }

  @Override
  public String name() {
    return file.getName();
  }

  @Override
  public List<String> columns() throws IOException {
    Set<String> columns = new LinkedHashSet<>();
    int[] rows = new int[1];
    try {
      read(
          new LeftOutRows(),
          line -> {
            line.object().fieldNames().forEachRemaining(columns::add);
            if (++rows[0] == FIRST) {
              throw new EnoughRows();
            }
          });
    } catch (EnoughRows e) {
      return List.copyOf(columns); // the rest of the file is for the one pass over all rows
    }
    return List.copyOf(columns);
  }

  /** Ends a pass over the rows early. */
  private static final class EnoughRows extends RuntimeException {

    private static final long serialVersionUID = 1L;

    EnoughRows() {
      super("enough rows", null, false, false);
    }
  }

  @Override
  public void read(Set<String> wanted, Consumer<DataRow> sink) throws IOException {
    Map<String, ImagePlace> pictures = new HashMap<>();
    read(leftOut, line -> sink.accept(new JsonRow(line, pictures)));
  }

  private void read(LeftOutRows unreadable, Consumer<JsonLine> sink) throws IOException {
    if (file.getName().toLowerCase(Locale.ROOT).endsWith(".jsonl")) {
      JsonLines.read(file, hadoop, unreadable, sink);
    } else {
      JsonItems.array(file, hadoop, unreadable, sink);
    }
  }

  /** A row of such a table. */
  private static final class JsonRow extends ValueRow {

    private final JsonLine line;

    JsonRow(JsonLine line, Map<String, ImagePlace> pictures) {
      super(pictures);
      this.line = line;
    }

    @Override
    public String where() {
      return line.where();
    }

    @Override
    JsonNode value(String column) {
      return line.object().path(column);
    }

    @Override
    List<ImagePlace> held(String column, String id) {
      if (!has(column)) {
        return List.of();
      }
      throw error(
          column,
          "must name files in folders of pictures: JSON cannot hold pictures here; CSV, TSV and"
              + " Parquet can");
    }
  }
}
