package io.prumerge.source.table;

import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.prumerge.console.Texts;
import io.prumerge.lang.Text;
import io.prumerge.source.DataException;
import io.prumerge.source.HuggingFaceTable;
import io.prumerge.source.ImagePlace;
import io.prumerge.source.JsonArrayField;
import io.prumerge.source.JsonBeginning;
import io.prumerge.source.JsonField;
import io.prumerge.source.JsonItems;
import io.prumerge.source.JsonLine;
import io.prumerge.source.JsonLines;
import io.prumerge.source.LeftOutRows;
import io.prumerge.source.SourceFiles;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;

/**
 * A file of JSON objects: one per line, in {@code .json}, too; an array of them, in {@code .jsonl},
 * too; an object that begins with such an array, has only one, has one in {@code data}, or has one
 * for each split; or an object whose values are the rows. NaN is absent.
 */
final class JsonTable implements DataTable {

  private static final String DATA = "data";

  /** A row's number, by which pandas writes the values of a column. */
  private static final Pattern INDEX = Pattern.compile("\\d+");

  /** Characters of fields' names in a message. */
  private static final int LONGEST_NAMES = 200;

  /** Rows whose keys are the columns. */
  private static final int FIRST = 100;

  private final Path file;
  private final TextNode called;
  private final boolean part;
  private final String split;
  private final SourceFiles source;
  private final LeftOutRows leftOut;

  /** The first fields of a file that is an object; null until it was looked at. */
  private List<JsonField> known;

  /** Whether the file has an object in each line; null until it was looked at. */
  private Boolean lines;

  /**
   * @param part whether Spark wrote it, an object in each line, of which there may be one
   * @param split that is read of a file with an array for each split
   * @param leftOut keeps account of its rows
   */
  JsonTable(Path file, boolean part, String split, SourceFiles source, LeftOutRows leftOut) {
    this.file = file;
    this.called = TextNode.valueOf(name().replaceFirst("\\.[^.]+$", ""));
    this.part = part;
    this.split = split;
    this.source = source;
    this.leftOut = leftOut;
  }

  @Override
  public String name() {
    return file.getName();
  }

  @Override
  public List<String> columns() throws IOException {
    return columns(FIRST);
  }

  @Override
  public List<String> manyColumns() throws IOException {
    return columns(LOOKED_AT);
  }

  private List<String> columns(int rows) throws IOException {
    Set<String> columns = new LinkedHashSet<>();
    first(rows, row -> row.fieldNames().forEachRemaining(columns::add));
    return List.copyOf(columns);
  }

  @Override
  public boolean rowsNameColumns() {
    return true;
  }

  @Override
  public Set<String> fields() throws IOException {
    Set<String> fields = new LinkedHashSet<>();
    first(FIRST, row -> addFields("", row, fields));
    return fields;
  }

  private static void addFields(String above, JsonNode value, Set<String> fields) {
    if (value.isArray()) {
      value.forEach(element -> addFields(above, element, fields));
    }
    value
        .properties()
        .forEach(
            field -> {
              fields.add(above + field.getKey());
              addFields(above + field.getKey() + ".", field.getValue(), fields);
            });
  }

  /** Passes the first rows; the rest of the file is for the one pass over all. */
  private void first(int most, Consumer<JsonNode> sink) throws IOException {
    int[] rows = new int[1];
    until(
        row -> {
          sink.accept(row);
          return ++rows[0] == most;
        });
  }

  @Override
  public Set<String> later(Set<String> wanted) throws IOException {
    Set<String> found = new LinkedHashSet<>();
    until(
        row -> {
          wanted.stream().filter(field -> ValueRow.hasField(row, field)).forEach(found::add);
          return found.size() == wanted.size();
        });
    return found;
  }

  private void until(Predicate<JsonNode> enough) throws IOException {
    try {
      read(
          leftOut.looking(),
          line -> {
            if (enough.test(line.object())) {
              throw new EnoughRows();
            }
          });
    } catch (EnoughRows e) {
      return; // as was asked for
    }
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
    boolean lines = isLines();
    List<String> unread = read(leftOut, line -> sink.accept(row(line, lines)));
    if (!unread.isEmpty()) {
      source.note(
          Text.format(
              "%s: only the rows in '%s' are read, not those in %s",
              file.getName(),
              array(fieldsOfFile()).orElseThrow(),
              Texts.inLine(String.join(", ", unread), LONGEST_NAMES)));
    }
  }

  /** Returns the other fields that look like rows, too. */
  private List<String> read(LeftOutRows unreadable, Consumer<JsonLine> sink) throws IOException {
    Configuration hadoop = source.hadoop();
    if (isLines()) {
      JsonLines.read(file, hadoop, unreadable, sink);
      return List.of();
    }
    List<JsonField> fields = fieldsOfFile();
    if (fields.isEmpty()) {
      JsonItems.array(file, hadoop, unreadable, sink);
      return List.of();
    }
    Optional<String> array = array(fields);
    if (array.isPresent()) {
      Set<String> others = new LinkedHashSet<>(names(fields, JsonField::holdsObjects));
      others.addAll(JsonItems.arrayIn(file, array.get(), hadoop, unreadable, sink));
      others.remove(array.get());
      return List.copyOf(others);
    }
    if (fields.get(0).value() == JsonToken.START_OBJECT) {
      requireRows(fields);
      JsonItems.fields(file, hadoop, unreadable, (name, line) -> sink.accept(keyed(name, line)));
      return List.of();
    }
    throw noRows(fields, "none holds an array of objects");
  }

  private boolean isLines() throws IOException {
    if (lines == null) {
      Configuration hadoop = source.hadoop();
      lines =
          PartFile.ending(file).equals(".jsonl") && !JsonBeginning.isArray(file, hadoop)
              || JsonBeginning.isLines(file, part, hadoop);
    }
    return lines;
  }

  /** Returns the first fields of the file; none if it is no object. */
  private List<JsonField> fieldsOfFile() throws IOException {
    if (known == null) {
      known = JsonField.first(file, source.hadoop(), FIRST, this::haveRows);
    }
    return known;
  }

  private static JsonLine keyed(String key, JsonLine line) {
    ((ObjectNode) line.object()).putIfAbsent(KEY, TextNode.valueOf(key));
    return line;
  }

  /** Returns a row, which knows its line and its file, unless that is Spark's. */
  private JsonRow row(JsonLine line, boolean lines) {
    ObjectNode values = (ObjectNode) line.object();
    if (!part) {
      values.putIfAbsent(FILE, called);
    }
    if (lines) {
      values.putIfAbsent(LINE, IntNode.valueOf(line.number()));
    }
    return new JsonRow(line);
  }

  /** Returns the rows of an array in a field. */
  @Override
  public Optional<RowCursor> rows() throws IOException {
    Optional<String> array = isLines() ? Optional.empty() : array(fieldsOfFile());
    if (array.isEmpty()) {
      return Optional.empty();
    }
    JsonArrayField rows = JsonArrayField.open(file, array.get(), source.hadoop());
    return Optional.of(
        new RowCursor() {
          @Override
          public boolean next(Consumer<DataRow> sink) throws IOException {
            return rows.next(leftOut, line -> sink.accept(row(line, false)));
          }

          @Override
          public void close() throws IOException {
            rows.close();
          }
        });
  }

  /** Returns whether the first or the last of some fields has the rows, whatever others hold. */
  private boolean haveRows(List<JsonField> fields) {
    JsonField first = fields.get(0);
    JsonField last = fields.get(fields.size() - 1);
    return first.holdsObjects() && !isSplit(first.name())
        || last.holdsObjects() && last.name().equals(DATA);
  }

  private boolean isSplit(String name) {
    return name.equals(split) || HuggingFaceTable.isSplit(name);
  }

  /** Returns the field whose array has the rows; empty if none has objects. */
  private Optional<String> array(List<JsonField> fields) {
    List<String> arrays = names(fields, JsonField::holdsObjects);
    if (arrays.size() > 1 && arrays.stream().allMatch(this::isSplit)) {
      if (!arrays.contains(split)) {
        throw noRows(
            fields,
            Text.format(
                "%s each hold an array of objects, none of them is the split '%s', which is asked"
                    + " for",
                String.join(" and ", arrays), split));
      }
      return Optional.of(split);
    }
    if (arrays.size() < 2 || fields.get(0).holdsObjects()) {
      return arrays.stream()
          .findFirst()
          .or(() -> names(fields, JsonField::isEmptyArray).stream().findFirst());
    }
    if (!arrays.contains(DATA)) {
      throw noRows(fields, String.join(" and ", arrays) + " each hold an array of objects");
    }
    return Optional.of(DATA);
  }

  private static List<String> names(List<JsonField> fields, Predicate<JsonField> such) {
    return fields.stream().filter(such).map(JsonField::name).toList();
  }

  /** Refuses pandas' other forms, in which no value is a row. */
  private void requireRows(List<JsonField> fields) {
    boolean columns =
        fields.size() > 1
            && fields.stream()
                .allMatch(
                    field ->
                        field.value() == JsonToken.START_OBJECT
                            && INDEX.matcher(field.key()).matches());
    if (columns) {
      throw noRows(fields, "these hold columns, as pandas' to_json() writes them");
    }
  }

  private DataException noRows(List<JsonField> fields, String why) {
    return new DataException(
            Text.format(
                "%s: no rows found: looked in its fields %s; %s. Rows are an array of objects,"
                    + " alone or in one field, or in a .jsonl file an object a line: with pandas,"
                    + " to_json(orient=\"records\")",
                file.getName(),
                Texts.inLine(String.join(", ", names(fields, field -> true)), LONGEST_NAMES),
                why))
        .ofFile();
  }

  /** A row of such a table. Its pictures are texts, too many to remember for other rows. */
  private static final class JsonRow extends ValueRow {

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
    public DataRow kept(Set<String> columns, UnaryOperator<JsonNode> once) {
      ObjectNode values = JsonNodeFactory.instance.objectNode();
      for (String column : columns) {
        JsonNode value = found(column);
        if (!value.isMissingNode()) {
          values.set(column, once(value, once));
        }
      }
      return new JsonRow(new JsonLine(line.file(), line.number(), values));
    }

    /** Returns whether another row of JSON has the same values. */
    @Override
    public boolean equals(Object other) {
      return other instanceof JsonRow row && row.line.object().equals(line.object());
    }

    @Override
    public int hashCode() {
      return line.object().hashCode();
    }

    private static JsonNode once(JsonNode value, UnaryOperator<JsonNode> once) {
      if (!value.isArray()) {
        return value.isTextual() ? once.apply(value) : value;
      }
      ArrayNode elements = JsonNodeFactory.instance.arrayNode(value.size());
      value.forEach(element -> elements.add(once(element, once)));
      return elements;
    }

    @Override
    JsonNode value(String column) {
      return line.object().path(column);
    }

    @Override
    boolean isNone(JsonNode value) {
      return value.isDouble() && Double.isNaN(value.doubleValue());
    }

    @Override
    List<Optional<ImagePlace>> held(String column, String id) {
      List<JsonNode> parts = parts(column);
      List<Optional<ImagePlace>> places = new ArrayList<>();
      for (int item = 0; item < parts.size(); item++) {
        JsonNode part = parts.get(item);
        places.add(
            part.isNull()
                ? NONE
                : Optional.of(
                    base64(column, text(column, part), numbered(id, item, parts.size()))));
      }
      return places;
    }

    private ImagePlace base64(String column, String base64, String id) {
      requireBase64(column, base64);
      return new ImagePlace.Base64Text(id, base64);
    }

    @Override
    List<Optional<ImagePlace>> structs(
        String column, List<JsonNode> structs, boolean files, String id) {
      List<Optional<ImagePlace>> places = new ArrayList<>();
      for (int item = 0; item < structs.size(); item++) {
        JsonNode struct = structs.get(item);
        if (struct.path(BYTES).isTextual()) {
          String text = struct.path(BYTES).textValue();
          places.add(Optional.of(base64(column, text, numbered(id, item, structs.size()))));
        } else if (struct.path(PATH).isTextual() && !struct.hasNonNull(BYTES)) {
          places.add(Optional.of(file(column, struct, files)));
        } else if (isEmptyPicture(struct)) {
          places.add(NONE);
        } else {
          throw error(
              column,
              "holds no picture (a struct of base64 bytes or path); name one of its fields, as "
                  + column
                  + ".FIELD: "
                  + Texts.inLine(struct.toString(), SHOWN));
        }
      }
      return places;
    }

    private static boolean isEmptyPicture(JsonNode struct) {
      return struct.isNull()
          || struct.has(BYTES) && !struct.hasNonNull(BYTES) && !struct.hasNonNull(PATH);
    }
  }
}
