package io.prumerge.settings;

import com.fasterxml.jackson.databind.JsonNode;
import io.prumerge.console.OptionChecks;
import io.prumerge.console.Setting;
import io.prumerge.console.TextConverter;
import io.prumerge.console.UsageException;
import io.prumerge.console.Wording;
import io.prumerge.lang.Text;
import io.prumerge.service.Unknown;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import picocli.CommandLine.Model.OptionSpec;

/**
 * How the values of a setting are written: on the command line, in a job's file, and in a run's
 * record.
 *
 * @param <T> type of the values
 */
interface SettingForm<T> {

  /** Describes the values of an option to the parser of command lines. */
  void describe(OptionSpec.Builder option);

  /**
   * Returns the value in a job's file or in a record.
   *
   * @param key names the setting in messages
   * @throws IllegalArgumentException beginning with the key, if the node has no value
   */
  T read(String key, JsonNode node);

  /**
   * Refuses a value that the command line or code gave.
   *
   * @throws UsageException with the setting as the caller knows it
   */
  default void require(Setting setting, T value) {}

  /** Returns what a record has: a text, a number or a list of texts. */
  Object written(T value);

  /** Returns what a record has if the setting does not count for a model. */
  Object blank();

  /** One of an enum's constants, by its spelling. */
  static <E extends Enum<E>> SettingForm<E> choice(Class<E> type) {
    return new Choice<>(type);
  }

  /** A whole number from 1. */
  static SettingForm<Integer> count(int most) {
    return new Count<>(Integer.class, most, Math::toIntExact, 0);
  }

  /** A whole number from 1. */
  static SettingForm<Long> longCount() {
    return new Count<>(Long.class, Long.MAX_VALUE, number -> number, 0L);
  }

  /** A number from 0 to 1. */
  static SettingForm<Double> share() {
    return new Share();
  }

  /** A text that is not empty. */
  static SettingForm<String> text() {
    return new AnyText(Optional.empty());
  }

  /** A text that is not empty, with those that are proposed where one is typed. */
  static SettingForm<String> text(Iterable<String> proposed) {
    return new AnyText(Optional.of(proposed));
  }

  /** A whole number or a text such as {@code 2fps}. */
  static SettingForm<String> numberOrText(String example) {
    return new NumberOrText(example);
  }

  /**
   * A text with a meaning.
   *
   * @param parse throws an IllegalArgumentException for a text without one
   */
  static <T> SettingForm<T> parsed(Class<T> type, Function<String, T> parse) {
    return new Parsed<>(type, parse);
  }

  /** Several values of one form. */
  static <T> SettingForm<List<T>> listOf(SettingForm<T> one) {
    return new Several<>(one);
  }

  private static IllegalArgumentException refusal(String key, String expected, Object found) {
    return new IllegalArgumentException(
        Text.format("%s must be %s but is %s", key, expected, found));
  }

  private static String textOf(String key, JsonNode node) {
    if (!node.isTextual()) {
      throw refusal(key, "a text", node);
    }
    return node.textValue();
  }

  /** One of an enum's constants. */
  record Choice<E extends Enum<E>>(Class<E> type) implements SettingForm<E> {

    @Override
    public void describe(OptionSpec.Builder option) {
      option.type(type).converters(TextConverter.choice(type));
    }

    @Override
    public E read(String key, JsonNode node) {
      for (E constant : type.getEnumConstants()) {
        if (Unknown.spelling(constant).equalsIgnoreCase(node.textValue())) {
          return constant;
        }
      }
      List<String> known = Unknown.spellings(type);
      throw refusal(
          key,
          "one of " + String.join(", ", known),
          node + (node.isTextual() ? Unknown.suggestion(node.textValue(), known) : ""));
    }

    @Override
    public Object written(E value) {
      return Unknown.spelling(value);
    }

    @Override
    public Object blank() {
      return "";
    }
  }

  /** A whole number from 1 to a greatest one. */
  record Count<N extends Number>(Class<N> type, long most, Function<Long, N> of, N blank)
      implements SettingForm<N> {

    @Override
    public void describe(OptionSpec.Builder option) {
      option.type(type);
    }

    @Override
    public N read(String key, JsonNode node) {
      if (!node.isIntegralNumber()) {
        throw refusal(key, "a whole number", node);
      }
      if (!node.canConvertToLong() || node.longValue() < 1 || node.longValue() > most) {
        throw refusal(key, "a whole number from 1 to " + most, node);
      }
      return of.apply(node.longValue());
    }

    @Override
    public void require(Setting setting, N value) {
      OptionChecks.requireFrom1To(most, setting, value.longValue());
    }

    @Override
    public Object written(N value) {
      return value;
    }
  }

  /** A number from 0 to 1. */
  record Share() implements SettingForm<Double> {

    @Override
    public void describe(OptionSpec.Builder option) {
      option.type(Double.class);
    }

    private static boolean isShare(double value) {
      return value >= 0 && value <= 1;
    }

    @Override
    public Double read(String key, JsonNode node) {
      if (!node.isNumber()) {
        throw refusal(key, "a number", node);
      }
      if (!isShare(node.doubleValue())) {
        throw refusal(key, "a number from 0 to 1", node.doubleValue());
      }
      return node.doubleValue();
    }

    @Override
    public void require(Setting setting, Double value) {
      if (!isShare(value)) {
        throw new UsageException(
            Wording.of("%s must be between 0 and 1 but is %s", setting, value));
      }
    }

    @Override
    public Object written(Double value) {
      return value;
    }

    @Override
    public Object blank() {
      return 0.0;
    }
  }

  /** A text that is not empty. */
  record AnyText(Optional<Iterable<String>> proposed) implements SettingForm<String> {

    @Override
    public void describe(OptionSpec.Builder option) {
      option.type(String.class);
      proposed.ifPresent(option::completionCandidates);
    }

    @Override
    public String read(String key, JsonNode node) {
      String text = textOf(key, node);
      if (text.isBlank()) {
        throw refusal(key, "a text that is not empty", node);
      }
      return text;
    }

    @Override
    public void require(Setting setting, String value) {
      OptionChecks.requireText(setting, Optional.of(value));
    }

    @Override
    public Object written(String value) {
      return value;
    }

    @Override
    public Object blank() {
      return "";
    }
  }

  /** A whole number or a text. */
  record NumberOrText(String example) implements SettingForm<String> {

    @Override
    public void describe(OptionSpec.Builder option) {
      option.type(String.class);
    }

    @Override
    public String read(String key, JsonNode node) {
      if (!node.isIntegralNumber() && !node.isTextual()) {
        throw refusal(key, "a whole number, or a text such as " + example, node);
      }
      return node.asText();
    }

    @Override
    public Object written(String value) {
      return value;
    }

    @Override
    public Object blank() {
      return "";
    }
  }

  /** A text with a meaning. */
  record Parsed<T>(Class<T> type, Function<String, T> parse) implements SettingForm<T> {

    @Override
    public void describe(OptionSpec.Builder option) {
      option.type(type).converters(new TextConverter<>(parse));
    }

    @Override
    public T read(String key, JsonNode node) {
      return parse.apply(textOf(key, node));
    }

    @Override
    public Object written(T value) {
      return value.toString();
    }

    @Override
    public Object blank() {
      return "";
    }
  }

  /** Several values of one form. */
  record Several<T>(SettingForm<T> one) implements SettingForm<List<T>> {

    @Override
    public void describe(OptionSpec.Builder option) {
      one.describe(option);
      option.auxiliaryTypes(option.type()).type(List.class).arity("1..*");
    }

    @Override
    public List<T> read(String key, JsonNode node) {
      if (!node.isArray()) {
        throw refusal(key, "a list", node);
      }
      if (node.isEmpty()) {
        throw refusal(key, "a list of at least one element", node);
      }
      List<T> values = new ArrayList<>();
      for (int i = 0; i < node.size(); i++) {
        values.add(one.read(key + "[" + i + "]", node.get(i)));
      }
      return values;
    }

    @Override
    public void require(Setting setting, List<T> values) {
      values.forEach(value -> one.require(setting, value));
    }

    @Override
    public Object written(List<T> values) {
      return values.stream().map(one::written).toList();
    }

    @Override
    public Object blank() {
      return List.of();
    }
  }
}
