package io.prumerge.source.table;

import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import io.prumerge.console.Texts;
import io.prumerge.source.ImagePlace;
import io.prumerge.source.JsonBeginning;
import io.prumerge.source.JsonItems;
import io.prumerge.source.JsonLine;
import io.prumerge.source.JsonLines;
import io.prumerge.source.LeftOutRows;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/**
 * A file of JSON objects: one per line, an array of them, an object that begins with such an array
 * or has one in {@code data}, or an object whose values are the rows.
 */
final class JsonTable implements DataTable {

  private static final String DATA = "data";

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
    read(leftOut, line -> sink.accept(new JsonRow(line)));
  }

  private void read(LeftOutRows unreadable, Consumer<JsonLine> sink) throws IOException {
    if (file.getName().toLowerCase(Locale.ROOT).endsWith(".jsonl")) {
      JsonLines.read(file, hadoop, unreadable, sink);
      return;
    }
    Optional<JsonBeginning> object = JsonBeginning.of(file, hadoop);
    if (object.isEmpty()) {
      JsonItems.array(file, hadoop, unreadable, sink);
    } else if (object.get().value() == JsonToken.START_OBJECT) {
      JsonItems.fields(file, hadoop, unreadable, (name, line) -> sink.accept(line));
    } else {
      boolean first = object.get().value() == JsonToken.START_ARRAY;
      JsonItems.arrayIn(file, first ? object.get().name() : DATA, hadoop, unreadable, sink);
    }
  }

  /** A row of such a table. Its pictures are texts, too many to remember for other rows. */
  private static final class JsonRow extends ValueRow {

    /** The beginning of a picture as pages of the web hold it. */
    private static final Pattern DATA_URI = Pattern.compile("^data:[^,]{1,100};base64,");

    private final JsonLine line;

    JsonRow(JsonLine line) {
      super(Map.of());
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
      List<String> texts = texts(column);
      List<ImagePlace> places = new ArrayList<>();
      for (int item = 0; item < texts.size(); item++) {
        String base64 = DATA_URI.matcher(texts.get(item)).replaceFirst("");
        if (isReference(base64.length())) {
          throw error(
              column,
              String.format(
                  Locale.ROOT,
                  "is no base64 text: '%s'; if it names a file, its folder must be given",
                  Texts.inLine(base64, SHOWN)));
        }
        places.add(new ImagePlace.Base64Text(texts.size() == 1 ? id : id + "/" + item, base64));
      }
      return places;
    }
  }
}
