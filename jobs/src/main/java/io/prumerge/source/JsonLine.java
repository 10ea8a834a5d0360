package io.prumerge.source;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.LongNode;
import io.prumerge.lang.Text;
import io.prumerge.text.PythonFloat;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * One object of a JSON Lines file, with its line.
 *
 * @param file the file's name, for messages
 * @param number line number from 1
 * @param object a JSON object
 */
public record JsonLine(String file, int number, JsonNode object) {

  /** From here on, doubles do not tell neighbouring whole numbers apart. */
  private static final double BEYOND_EXACT = 0x1p53;

  /** Returns {@code file:line}. */
  public String where() {
    return file + ":" + number;
  }

  /** Returns the string field {@code name}; it may be empty but not absent. */
  public String text(String name) {
    return optionalText(name).orElseThrow(() -> error("lacks the field \"" + name + "\""));
  }

  /** Returns the string field {@code name}; empty if it is absent or null. */
  public Optional<String> optionalText(String name) {
    JsonNode value = object.path(name);
    if (value.isMissingNode() || value.isNull()) {
      return Optional.empty();
    }
    if (!value.isTextual()) {
      throw error(Text.format("\"%s\" must be a string, it is %s", name, value));
    }
    return Optional.of(value.textValue());
  }

  /**
   * Returns the answer in the field {@code name}: a string, or what Python writes of a number or a
   * boolean. One that is null or NaN is empty, as that of an empty cell.
   */
  public String answer(String name) {
    JsonNode value = object.path(name);
    return value.isNull() || isNaN(value) ? "" : scalar(value).orElseGet(() -> text(name));
  }

  /**
   * Returns a string, or what Python writes of a number or a boolean; empty if the value is none,
   * null, NaN, an array or an object.
   */
  public static Optional<String> scalar(JsonNode value) {
    if (isNaN(value) || value.isNull() || !value.isValueNode()) {
      return Optional.empty();
    }
    return Optional.of(
        value.isDouble()
            ? PythonFloat.repr(value.doubleValue())
            : value.isBoolean() ? value.booleanValue() ? "True" : "False" : value.asText());
  }

  /** Returns whether a value is NaN, which pandas writes of an empty cell. */
  public static boolean isNaN(JsonNode value) {
    return value.isDouble() && Double.isNaN(value.doubleValue());
  }

  /** Returns whether a value is a whole number with a point, of which a double keeps each digit. */
  public static boolean isWhole(JsonNode value) {
    return value.isDouble()
        && value.doubleValue() == value.longValue()
        && Math.abs(value.doubleValue()) < BEYOND_EXACT;
  }

  /** Returns the id field {@code name}, an integer or a string. */
  public JsonNode id(String name) {
    JsonNode value = object.path(name);
    if (isWhole(value)) {
      return LongNode.valueOf(value.longValue()); // of a column with gaps, pandas writes floats
    }
    if (!value.isTextual() && !value.isIntegralNumber()) {
      throw error(
          value.isMissingNode()
              ? "lacks the field \"" + name + "\""
              : Text.format("\"%s\" must be an integer or a string, it is %s", name, value));
    }
    return value;
  }

  /**
   * Returns the field {@code name}, a string or an array of them; an empty list as {@link #texts}.
   */
  public List<String> textOrTexts(String name) {
    return object.path(name).isTextual() ? List.of(text(name)) : texts(name);
  }

  /** Returns the field {@code name}, an array of strings; an empty list if absent or null. */
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
      throw error(Text.format("\"%s\" must be an array of strings, it is %s", name, value));
    }
    return texts;
  }

  /** Returns an error about this line. */
  public DataException error(String problem) {
    return new DataException(where() + ": " + problem);
  }
}
