package io.prumerge.benchmark.equivalence;

import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.POJONode;
import com.fasterxml.jackson.databind.util.RawValue;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * A made-up file of a benchmark, or of answers to it: one item for each row.
 *
 * @param name its path in the folder
 * @param form how its items are written
 */
public record MadeFile(String name, Form form, List<JsonNode> items) {

  /** Reads items that are written with single quotes. */
  private static final JsonMapper QUOTED =
      JsonMapper.builder()
          .enable(JsonReadFeature.ALLOW_SINGLE_QUOTES)
          .enable(JsonReadFeature.ALLOW_BACKSLASH_ESCAPING_ANY_CHARACTER)
          .build();

  /** What a field may hold in place of its value; nothing is as if the field were not there. */
  private static final List<String> VALUES =
      List.of("", "null", "7", "2.5", "true", "''", "'x'", "'../x'", "[]", "{}");

  /** What it may hold in every item. */
  private static final List<String> EVERYWHERE = List.of("", "7", "'x'");

  public MadeFile {
    items = List.copyOf(items);
  }

  /** How items are written to a file. */
  interface Form {
    void write(Path file, List<JsonNode> items) throws IOException;

    /** Returns whether an item may be any text. */
    default boolean isText() {
      return true;
    }

    /** Returns forms that write the items otherwise, by what they do. */
    default Map<String, Form> changed() {
      return Map.of();
    }
  }

  /** Returns a file with an item in each line. */
  static MadeFile lines(String name, String... items) {
    return new MadeFile(
        name,
        (file, all) -> Files.writeString(file, String.join("\n", texts(all)) + "\n"),
        read(items));
  }

  /** Returns a file that is an array, an item in each line. */
  static MadeFile array(String name, String... items) {
    return enclosed(name, "[", "]", items);
  }

  /** Returns a file that is an object with an array in one of its fields. */
  static MadeFile arrayIn(String field, String name, String... items) {
    return enclosed(name, "{\"info\": {\"version\": \"1\"}, \"" + field + "\": [", "]}", items);
  }

  private static MadeFile enclosed(String name, String before, String after, String... items) {
    return new MadeFile(
        name,
        (file, all) -> Files.writeString(file, before + String.join(",\n", texts(all)) + after),
        read(items));
  }

  /** Returns a file that is an object, whose fields are called as the field {@code key} of each. */
  static MadeFile fields(String key, String name, String... items) {
    return new MadeFile(
        name, (file, all) -> Files.writeString(file, fields(key, all)), read(items));
  }

  private static String fields(String key, List<JsonNode> items) {
    List<String> fields = new ArrayList<>();
    for (JsonNode item : items) {
      JsonNode rest = item.deepCopy();
      JsonNode name = rest instanceof ObjectNode object ? object.remove(key) : null;
      fields.add("\"" + (name == null ? "none" : name.asText()) + "\": " + text(rest));
    }
    return "{" + String.join(",\n", fields) + "}";
  }

  /**
   * Returns a Parquet file.
   *
   * @param columns in Parquet's schema language; bytes without a type are those of a picture whose
   *     name the item has
   */
  static MadeFile table(String columns, String name, String... items) {
    return new MadeFile(name, new ParquetForm(columns), read(items));
  }

  private static List<JsonNode> read(String... items) {
    return Stream.of(items).map(MadeFile::read).toList();
  }

  private static JsonNode read(String item) {
    try {
      return QUOTED.readTree(item);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<String> texts(List<JsonNode> items) {
    return items.stream().map(MadeFile::text).toList();
  }

  private static String text(JsonNode item) {
    try {
      return QUOTED.writeValueAsString(item);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  void write(Path folder) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    form.write(file, items);
  }

  private MadeFile with(List<JsonNode> others) {
    return new MadeFile(name, form, others);
  }

  private MadeFile with(int index, JsonNode item) {
    List<JsonNode> others = new ArrayList<>(items);
    others.set(index, item);
    return with(others);
  }

  private static JsonNode with(JsonNode item, String path, String value) {
    JsonNode copy = item.deepCopy();
    int end = path.lastIndexOf('/');
    JsonNode parent = copy.at(path.substring(0, end));
    String name = path.substring(end + 1);
    if (parent instanceof ArrayNode array) {
      if (value.isEmpty()) {
        array.remove(Integer.parseInt(name));
      } else {
        array.set(Integer.parseInt(name), read(value));
      }
    } else if (value.isEmpty()) {
      ((ObjectNode) parent).remove(name);
    } else if (parent instanceof ObjectNode object) {
      object.set(name, read(value));
    }
    return copy;
  }

  private static JsonNode everywhere(JsonNode item, String path, String value) {
    return item.at(path).isMissingNode() ? item : with(item, path, value);
  }

  /** Returns the places of all values in an item; of a list, of its first element only. */
  private static List<String> paths(JsonNode item, String path) {
    List<String> paths = new ArrayList<>();
    if (item instanceof ObjectNode object) {
      object
          .properties()
          .forEach(field -> paths.addAll(withOwn(field.getValue(), path + "/" + field.getKey())));
    } else if (item instanceof ArrayNode array && !array.isEmpty()) {
      paths.addAll(withOwn(array.get(0), path + "/0"));
    }
    return paths;
  }

  private static List<String> withOwn(JsonNode item, String path) {
    List<String> paths = new ArrayList<>(List.of(path));
    paths.addAll(paths(item, path));
    return paths;
  }

  private static String what(String path, String value) {
    return path + " is " + (value.isEmpty() ? "not there" : value);
  }

  /** Returns files that differ from this one in one thing, by what that is. */
  Map<String, MadeFile> changed() {
    Map<String, MadeFile> changed = new LinkedHashMap<>();
    form.changed().forEach((what, other) -> changed.put(what, new MadeFile(name, other, items)));
    int last = items.size() - 1;
    for (String path : paths(items.get(last), "")) {
      for (String value : form.isText() ? VALUES : EVERYWHERE) {
        changed.put("last " + what(path, value), with(last, with(items.get(last), path, value)));
      }
      for (String value : EVERYWHERE) {
        changed.put(
            "every " + what(path, value),
            with(items.stream().map(item -> everywhere(item, path, value)).toList()));
      }
    }
    if (form.isText()) {
      changed.put("last is 7", with(last, read("7")));
      changed.put("last is cut off", with(last, new POJONode(new RawValue("{\"question_id\": "))));
    }
    changed.put("without the first", with(items.subList(1, items.size())));
    changed.put("without the last", with(items.subList(0, last)));
    List<JsonNode> others = new ArrayList<>(items);
    others.add(1, items.get(0));
    changed.put("the first twice", with(others));
    others = new ArrayList<>(items);
    Collections.reverse(others);
    changed.put("turned round", with(others));
    changed.put("empty", with(List.of()));
    return changed;
  }
}
