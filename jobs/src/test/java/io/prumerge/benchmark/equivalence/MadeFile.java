package io.prumerge.benchmark.equivalence;

import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
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

  public MadeFile {
    items = List.copyOf(items);
  }

  /** How items are written to a file. */
  interface Form {
    void write(Path file, List<JsonNode> items) throws IOException;
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
    return new MadeFile(
        name,
        (file, all) -> Files.writeString(file, "[" + String.join(",\n", texts(all)) + "]"),
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
}
