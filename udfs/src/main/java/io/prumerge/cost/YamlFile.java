package io.prumerge.cost;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** Reads tables in YAML: snake_case, no key twice, no key that nobody knows. */
final class YamlFile {

  private static final ObjectMapper MAPPER =
      YAMLMapper.builder()
          .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
          .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
          .build();

  private YamlFile() {}

  /**
   * Reads a document.
   *
   * @param name where it stands, for the message
   */
  static <T> T parse(String text, TypeReference<T> type, String name) {
    T value = read(text, type, name);
    if (value == null) {
      throw new IllegalArgumentException("Cannot read " + name + ": it is empty");
    }
    return value;
  }

  private static <T> T read(String text, TypeReference<T> type, String name) {
    try {
      return MAPPER.readValue(text, type);
    } catch (JsonProcessingException e) {
      String at = e.getLocation() == null ? "" : " at line " + e.getLocation().getLineNr();
      String problem = e.getOriginalMessage().lines().findFirst().orElse("it is no YAML");
      throw new IllegalArgumentException("Cannot read " + name + at + ": " + problem, e);
    } catch (IllegalArgumentException e) { // SnakeYAML, of an escape that is cut off
      throw new IllegalArgumentException(
          "Cannot read %s: an escape in it stands for no character: %s"
              .formatted(name, e.getMessage()),
          e);
    }
  }

  /** Reads a table of this package. */
  static <T> T bundled(String name, TypeReference<T> type) {
    try (InputStream in = YamlFile.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException(
            "The jar has no " + name + " beside " + YamlFile.class.getName());
      }
      return parse(new String(in.readAllBytes(), StandardCharsets.UTF_8), type, name);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot read " + name, e);
    }
  }
}
