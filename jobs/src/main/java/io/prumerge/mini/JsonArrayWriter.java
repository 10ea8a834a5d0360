package io.prumerge.mini;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/**
 * Writes a JSON file of many items, one per line. Items are maps whose order is that of the
 * official files' fields.
 */
final class JsonArrayWriter implements AutoCloseable {

  private static final ObjectMapper MAPPER = new ObjectMapper();

  private final BufferedWriter out;
  private final String separator;
  private final String end;
  private boolean first = true;

  private JsonArrayWriter(Path file, String start, String separator, String end)
      throws IOException {
    Files.createDirectories(file.toAbsolutePath().getParent());
    out = Files.newBufferedWriter(file);
    out.write(start);
    this.separator = separator;
    this.end = end;
  }

  /** Returns a writer of JSON Lines. */
  static JsonArrayWriter lines(Path file) throws IOException {
    return new JsonArrayWriter(file, "", "\n", "\n");
  }

  /** Returns one array of items. */
  static JsonArrayWriter array(Path file) throws IOException {
    return new JsonArrayWriter(file, "[\n", ",\n", "\n]\n");
  }

  /** Returns one object whose members are the items. */
  static JsonArrayWriter members(Path file) throws IOException {
    return new JsonArrayWriter(file, "{\n", ",\n", "\n}\n");
  }

  /**
   * Returns one object with some fields first and an array of items last.
   *
   * @param fields at least one
   */
  static JsonArrayWriter document(Path file, Map<String, ?> fields, String items)
      throws IOException {
    String head = json(fields);
    String start = head.substring(0, head.length() - 1) + ",\"" + items + "\":[\n";
    return new JsonArrayWriter(file, start, ",\n", "\n]}\n");
  }

  /** Writes a file with one object. */
  static void write(Path file, Map<String, ?> fields) throws IOException {
    Files.writeString(file, json(fields) + "\n");
  }

  void add(Map<String, ?> item) throws IOException {
    line(json(item));
  }

  void add(String name, Map<String, ?> item) throws IOException {
    line(json(name) + ":" + json(item));
  }

  private void line(String text) throws IOException {
    if (!first) {
      out.write(separator);
    }
    first = false;
    out.write(text);
  }

  private static String json(Object value) {
    try {
      return MAPPER.writeValueAsString(value);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("Cannot write " + value + " as JSON", e);
    }
  }

  @Override
  public void close() throws IOException {
    try (out) {
      out.write(first && end.equals("\n") ? "" : end);
    }
  }
}
