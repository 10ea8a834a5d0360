package io.prumerge.source.table;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.LongNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.prumerge.console.Texts;
import io.prumerge.lang.Text;
import io.prumerge.source.DataException;
import io.prumerge.source.FrameList;
import io.prumerge.source.ImageName;
import io.prumerge.source.ImagePlace;
import io.prumerge.source.JsonLine;
import io.prumerge.text.PythonFloat;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A row whose cells are values of JSON, whatever the format. */
abstract class ValueRow implements DataRow {

  /** Longest text that VLMEvalKit takes for another row's id rather than a picture. */
  private static final int LONGEST_REFERENCE = 64;

  /** The field of a struct that holds a picture, as bytes or their base64 text. */
  static final String BYTES = "bytes";

  /** The field of a struct that names a picture's file. */
  static final String PATH = "path";

  /** The fields of options' labels and texts, as data sets call them. */
  private static final List<String> LABELS = List.of("label", "labels", "key", "letter");

  private static final List<String> OPTIONS =
      List.of("text", "texts", "value", "option", "content");

  /** Characters of a value in messages. */
  static final int SHOWN = 60;

  /** The place of a null among pictures. */
  static final Optional<ImagePlace> NONE = Optional.empty();

  private final Map<String, List<ImagePlace>> pictures;

  /**
   * @param pictures of the rows before that hold some, by their ids; this row adds its own
   */
  ValueRow(Map<String, List<ImagePlace>> pictures) {
    this.pictures = pictures;
  }

  /** Returns a cell's value; a missing node if there is none. */
  abstract JsonNode value(String column);

  /**
   * Returns a cell's value, or that of a field in a cell's struct at any depth, as {@code
   * column.field}; of a list of structs, the list of the field's values.
   */
  final JsonNode found(String column) {
    JsonNode value = value(column);
    String outer = DataTable.outer(column);
    JsonNode found =
        !value.isMissingNode() || outer.length() == column.length()
            ? value
            : field(value(outer), column.substring(outer.length() + 1));
    return isNone(found) ? MissingNode.getInstance() : found;
  }

  /** Returns whether a value that is not null stands for none. */
  boolean isNone(JsonNode value) {
    return false;
  }

  /** Returns whether a struct, or one of a list of them, has a field, were it null. */
  static boolean hasField(JsonNode structs, String path) {
    if (structs.isArray()) {
      for (JsonNode struct : structs) {
        if (hasField(struct, path)) {
          return true;
        }
      }
    }
    String outer = DataTable.outer(path);
    return structs.has(path)
        || outer.length() < path.length()
            && hasField(structs.path(outer), path.substring(outer.length() + 1));
  }

  private static JsonNode field(JsonNode structs, String path) {
    if (structs.isArray()) {
      ArrayNode values = JsonNodeFactory.instance.arrayNode(structs.size());
      for (JsonNode struct : structs) {
        JsonNode one = field(struct, path);
        if (one.isArray()) {
          one.forEach(values::add);
        } else {
          values.add(one);
        }
      }
      return values;
    }
    String outer = DataTable.outer(path);
    return structs.has(path) || outer.length() == path.length()
        ? structs.path(path)
        : field(structs.path(outer), path.substring(outer.length() + 1));
  }

  /**
   * Returns the places of the pictures that a cell holds itself, unless it is another row's id;
   * empty ones as {@link #images}.
   *
   * @param id the picture's
   */
  abstract List<Optional<ImagePlace>> held(String column, String id);

  /**
   * Returns the places of a cell's pictures that are structs of bytes and path; the path of one
   * without bytes names a file, as Hugging Face reads it.
   *
   * @param structs the cell's, in their order; those of nulls are empty. Cells that are texts have
   *     none
   * @param files whether there are folders of files
   */
  List<Optional<ImagePlace>> structs(
      String column, List<JsonNode> structs, boolean files, String id) {
    return List.of();
  }

  @Override
  public boolean has(String column) {
    return !isAbsent(found(column));
  }

  private static boolean isAbsent(JsonNode value) {
    return value.isMissingNode()
        || value.isNull()
        || value.isTextual() && value.textValue().isEmpty()
        || value.isArray() && value.isEmpty();
  }

  @Override
  public Optional<String> text(String column) {
    JsonNode value = found(column);
    return isAbsent(value) ? Optional.empty() : Optional.of(text(column, value));
  }

  final String text(String column, JsonNode value) {
    return switch (value.getNodeType()) {
      case STRING -> value.textValue();
      case BOOLEAN -> value.booleanValue() ? "True" : "False";
      case NUMBER -> number(column, value);
      case BINARY -> decoded(column, value);
      case ARRAY -> throw error(column, "must be one text or number, it is a list");
      case NULL, MISSING -> throw error(column, "has a null in its list");
      default ->
          throw error(
              column,
              Text.format(
                  "must be a text or a number, it is a struct; name one of its fields, as %s.FIELD",
                  column));
    };
  }

  private String number(String column, JsonNode value) {
    if (!value.isDouble()) {
      return value.asText();
    }
    double number = value.doubleValue();
    if (Double.isNaN(number)) {
      throw error(column, "is NaN, not a number");
    }
    return PythonFloat.repr(number);
  }

  private String decoded(String column, JsonNode value) {
    try {
      return StandardCharsets.UTF_8
          .newDecoder()
          .decode(ByteBuffer.wrap(value.binaryValue()))
          .toString();
    } catch (CharacterCodingException e) {
      throw error(column, "must be a text, it is bytes that are not UTF-8");
    } catch (IOException e) {
      throw new IllegalStateException("A binary node has bytes", e);
    }
  }

  @Override
  public List<String> texts(String column) {
    List<String> texts = new ArrayList<>();
    parts(column).forEach(part -> texts.add(text(column, part)));
    return texts;
  }

  /** Returns the elements of a list, or of one that a text spells; or else what a cell has. */
  final List<JsonNode> parts(String column) {
    JsonNode value = found(column);
    if (isAbsent(value)) {
      return List.of();
    }
    List<JsonNode> parts = new ArrayList<>();
    try {
      if (value.isArray()) {
        value.forEach(parts::add);
      } else {
        parts.addAll(
            (value.isTextual()
                    ? ListText.spelled(value.textValue())
                    : Optional.<List<JsonNode>>empty())
                .orElse(List.of(value)));
      }
    } catch (IllegalArgumentException e) {
      throw unreadable(column, "list", value.textValue(), e);
    }
    return parts;
  }

  @Override
  public List<String> textsOrEmpty(String column) {
    JsonNode value = found(column);
    if (isAbsent(value)) {
      return List.of();
    }
    boolean list = value.isArray() || value.isTextual() && ListText.begins(value.textValue());
    List<String> texts = new ArrayList<>();
    (list ? list(column, value) : List.of(value))
        .forEach(element -> texts.add(isNull(element) ? "" : text(column, element)));
    return texts;
  }

  private static boolean isNull(JsonNode value) {
    return value.isNull() || value.isDouble() && Double.isNaN(value.doubleValue());
  }

  private DataException unreadable(
      String column, String kind, String text, IllegalArgumentException e) {
    return error(
        column,
        Text.format(
            "is an unreadable %s: %s: %s", kind, e.getMessage(), Texts.inLine(text, SHOWN)));
  }

  /** Returns the values of a struct, or of a dict that a text spells, by their keys. */
  private Map<String, JsonNode> byKey(String column, JsonNode value) {
    if (value.isTextual() && ListText.isDict(value.textValue())) {
      try {
        return ListText.readDict(value.textValue());
      } catch (IllegalArgumentException e) {
        throw unreadable(column, "dict", value.textValue(), e);
      }
    }
    Map<String, JsonNode> values = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> one : value.properties()) {
      values.put(one.getKey(), one.getValue());
    }
    return values;
  }

  @Override
  public Map<String, String> textsByLabel(String column) {
    JsonNode value = found(column);
    List<JsonNode> labels = new ArrayList<>();
    List<JsonNode> options = new ArrayList<>();
    Map<String, JsonNode> lists = byKey(column, value);
    if (lists.isEmpty()) {
      for (JsonNode struct : list(column, value)) {
        labels.add(field(LABELS, struct));
        options.add(field(OPTIONS, struct));
      }
    } else {
      JsonNode struct = JsonNodeFactory.instance.objectNode().setAll(lists);
      field(LABELS, struct).forEach(labels::add);
      field(OPTIONS, struct).forEach(options::add);
    }
    if (labels.size() != options.size()
        || labels.contains(MissingNode.getInstance())
        || options.contains(MissingNode.getInstance())) {
      return Map.of();
    }
    Map<String, String> texts = new LinkedHashMap<>();
    for (int i = 0; i < labels.size(); i++) {
      String label = text(column, labels.get(i));
      String text = isAbsent(options.get(i)) ? "" : text(column, options.get(i));
      if (texts.put(label, text) != null) {
        throw error(column, "has the label '" + label + "' twice");
      }
    }
    return texts;
  }

  private static JsonNode field(List<String> names, JsonNode struct) {
    return names.stream()
        .filter(struct::has)
        .findFirst()
        .map(struct::path)
        .orElse(MissingNode.getInstance());
  }

  /** Returns the elements of a list, or of what looks like one; none of anything else. */
  private Iterable<JsonNode> list(String column, JsonNode value) {
    if (!value.isTextual() || !ListText.begins(value.textValue())) {
      return value.isArray() ? value : List.of();
    }
    try {
      return ListText.read(value.textValue());
    } catch (IllegalArgumentException e) {
      throw unreadable(column, "list", value.textValue(), e);
    }
  }

  @Override
  public Map<String, String> textsByKey(String column) {
    Map<String, JsonNode> values = byKey(column, found(column));
    Map<String, String> texts = new LinkedHashMap<>();
    values.forEach((key, one) -> texts.put(key, isAbsent(one) ? "" : text(column, one)));
    return texts;
  }

  @Override
  public JsonNode id(String column) {
    JsonNode value = found(column);
    if (isAbsent(value)) {
      throw error(column, "is empty; expected the question's id, an integer or a text");
    }
    if (JsonLine.isWhole(value)) {
      return LongNode.valueOf(value.longValue()); // a column with gaps is one of floats
    }
    if (!value.isTextual() && !value.isIntegralNumber()) {
      throw error(
          column, "must be an integer or a text, it is " + Texts.inLine(value.toString(), SHOWN));
    }
    return value;
  }

  @Override
  public List<Optional<ImagePlace>> images(String column, boolean files, String id) {
    List<JsonNode> structs = structsOf(column);
    if (!structs.isEmpty()) {
      return structs(column, structs, files, id);
    }
    return files
        ? parts(column).stream()
            .map(name -> isAbsent(name) ? NONE : Optional.of(file(column, text(column, name))))
            .toList()
        : held(column, id);
  }

  @Override
  public Optional<FrameList> frames(String column, String id) {
    return Optional.empty();
  }

  /**
   * Returns the structs in a cell, with the nulls between them; none if it holds something else.
   */
  private List<JsonNode> structsOf(String column) {
    JsonNode value = found(column);
    List<JsonNode> structs = new ArrayList<>();
    if (value.isObject()) {
      structs.add(value);
    } else if (value.isArray()) {
      value.forEach(structs::add);
    }
    boolean all = structs.stream().allMatch(one -> one.isObject() || one.isNull());
    return all && structs.stream().anyMatch(JsonNode::isObject) ? structs : List.of();
  }

  /** Returns the place of a picture that is a file below the folders. */
  final ImagePlace file(String column, String name) {
    ImageName.problem(name)
        .ifPresent(
            problem -> {
              throw error(column, "is no name of a picture: " + problem);
            });
    return new ImagePlace.InFolder(name);
  }

  /**
   * Returns the place of the file that a struct without bytes names.
   *
   * @param files whether there are folders of files
   */
  final ImagePlace file(String column, JsonNode struct, boolean files) {
    String name = struct.path(PATH).asText();
    if (!files) {
      throw error(
          column,
          Text.format(
              "has no bytes, and its path names a file, '%s': name the file's folder by images",
              Texts.inLine(name, SHOWN)));
    }
    return file(column, name);
  }

  /** Returns an id for one of several pictures of a cell. */
  static String numbered(String id, int item, int all) {
    return all == 1 ? id : id + "/" + item;
  }

  /** Refuses a text that is too short for a picture. */
  final void requireBase64(String column, String text) {
    if (isReference(text.length())) {
      throw error(
          column,
          Text.format(
              "is no base64 text: '%s'; if it names a file, its folder must be given",
              Texts.inLine(text, SHOWN)));
    }
  }

  /** Returns whether a text of this length is another row's id. */
  static boolean isReference(long length) {
    return length <= LONGEST_REFERENCE;
  }

  /** Remembers the pictures that this row holds. */
  final List<Optional<ImagePlace>> holding(String id, List<ImagePlace> places) {
    pictures.put(id, places);
    return places.stream().map(Optional::of).toList();
  }

  /** Returns the pictures of a row before. */
  final List<Optional<ImagePlace>> referred(String column, String id) {
    List<ImagePlace> places = pictures.get(id);
    if (places == null) {
      throw error(
          column,
          Text.format(
              "is '%s', neither base64 nor the id of a row before that has a picture; if it names"
                  + " a file, its folder must be given",
              Texts.inLine(id, SHOWN)));
    }
    return places.stream().map(Optional::of).toList();
  }

  @Override
  public DataException error(String column, String problem) {
    return new DataException(Text.format("%s: '%s' %s", where(), column, problem));
  }
}
