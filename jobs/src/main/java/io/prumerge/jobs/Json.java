package io.prumerge.jobs;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.util.List;
import java.util.Map;

/** JSON documents of this project: snake_case, indented. */
final class Json {

  private static final ObjectMapper MAPPER =
      new ObjectMapper()
          .setPropertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
          .enable(SerializationFeature.INDENT_OUTPUT);

  private Json() {}

  static String write(Object value) {
    try {
      return MAPPER.writeValueAsString(value);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("Cannot write " + value + " as JSON", e);
    }
  }

  /**
   * Reads a document of ours.
   *
   * @param name where it stands, for the message
   */
  static <T> T read(String text, Class<T> type, String name) {
    try {
      return MAPPER.readValue(text, type);
    } catch (JsonProcessingException e) {
      throw new Failure("Cannot read " + name + ": " + e.getOriginalMessage());
    }
  }

  /** The same of a list, which one element alone may stand for. */
  static <T> List<T> readOneOrMore(String text, Class<T> type, String name) {
    try {
      return MAPPER
          .readerForListOf(type)
          .with(DeserializationFeature.ACCEPT_SINGLE_VALUE_AS_ARRAY)
          .readValue(text);
    } catch (JsonProcessingException e) {
      throw new Failure("Cannot read " + name + ": " + e.getOriginalMessage());
    }
  }

  /** A record's components by their names in JSON. */
  static Map<String, Object> fields(Object document) {
    return MAPPER.convertValue(document, new TypeReference<Map<String, Object>>() {});
  }
}
