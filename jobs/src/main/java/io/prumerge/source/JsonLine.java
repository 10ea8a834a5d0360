package io.prumerge.source;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * One object of a JSON Lines file, with where it stands.
 *
 * @param file the file's name, for messages
 * @param number line number from 1
 * @param object a JSON object
 */
public record JsonLine(String file, int number, JsonNode object) {

  /** {@code file:line}. */
  public String where() {
    return file + ":" + number;
  }

  /** The string field {@code name}, which may be empty but not absent. */
  public String text(String name) {
    return optionalText(name).orElseThrow(() -> error("lacks the field \"" + name + "\""));
  }

  /** The string field {@code name}; an absent or null field is empty. */
  public Optional<String> optionalText(String name) {
    JsonNode value = object.path(name);
    if (value.isMissingNode() || value.isNull()) {
      return Optional.empty();
    }
    if (!value.isTextual()) {
      throw error(String.format(Locale.ROOT, "\"%s\" must be a string, it is %s", name, value));
    }
    return Optional.of(value.textValue());
  }

  /** The id field {@code name}, an integer or a string. */
  public JsonNode id(String name) {
    JsonNode value = object.path(name);
    if (!value.isTextual() && !value.isIntegralNumber()) {
      throw error(
          value.isMissingNode()
              ? "lacks the field \"" + name + "\""
              : String.format(
                  Locale.ROOT, "\"%s\" must be an integer or a string, it is %s", name, value));
    }
    return value;
  }

  /** The field {@code name}, an array of strings; absent or null is an empty list. */
  public List<String> texts(String name) {
    JsonNode value = object.path(name);
    if (value.isMissingNode() || value.isNull()) {
      return List.of();
    }
    List<String> texts = new ArrayList<>();
    for (JsonNode element : value) {
      if (element.isTextual()) {
        texts.add(element.textValue());
      }
    }
    if (!value.isArray() || texts.size() != value.size()) {
      throw error(
          String.format(Locale.ROOT, "\"%s\" must be an array of strings, it is %s", name, value));
    }
    return texts;
  }

  /** An error about this line. */
  public DataException error(String problem) {
    return new DataException(where() + ": " + problem);
  }
}
