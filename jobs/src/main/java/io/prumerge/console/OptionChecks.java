package io.prumerge.console;

import io.prumerge.service.Unknown;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.function.Function;

/** Checks of settings that several commands share. Each throws a {@link UsageException}. */
public final class OptionChecks {

  private OptionChecks() {}

  /** Refuses a value below 1. */
  public static void requirePositive(Setting setting, OptionalInt value) {
    if (value.isPresent()) {
      requirePositive(setting, value.getAsInt());
    }
  }

  /** Refuses a value below 1. */
  public static void requirePositive(Setting setting, OptionalLong value) {
    if (value.isPresent()) {
      requirePositive(setting, value.getAsLong());
    }
  }

  /** Refuses a value below 1. */
  public static void requirePositive(Setting setting, long value) {
    if (value < 1) {
      throw new UsageException(Wording.of("%s must be at least 1, it is %d", setting, value));
    }
  }

  /** Refuses a value below 1 or above {@code most}. */
  public static void requireFrom1To(long most, Setting setting, long value) {
    requirePositive(setting, value);
    if (value > most) {
      throw new UsageException(Wording.of("%s must be at most %d, it is %d", setting, most, value));
    }
  }

  /** Refuses a text that is given and empty. */
  public static void requireText(Setting setting, Optional<String> text) {
    if (text.filter(String::isBlank).isPresent()) {
      throw new UsageException(Wording.of("%s must not be empty", setting));
    }
  }

  /** Refuses equal values. */
  public static void requireDistinct(Setting setting, List<?> values) {
    if (values.stream().distinct().count() < values.size()) {
      throw new UsageException(
          Wording.of("A %s is given twice (or in two spellings): %s", setting, values));
    }
  }

  /** Returns the constant with this name, ignoring case. */
  public static <E extends Enum<E>> E choice(Setting setting, Class<E> type, String name) {
    for (E constant : type.getEnumConstants()) {
      if (Unknown.spelling(constant).equalsIgnoreCase(name)) {
        return constant;
      }
    }
    List<String> known = Unknown.spellings(type);
    throw new UsageException(
        Wording.of(
            "%s must be one of %s but is '%s'%s",
            setting, String.join(", ", known), name, Unknown.suggestion(name, known)));
  }

  /**
   * Parses a setting's text or texts. Turns an IllegalArgumentException of {@code reader} into
   * wrong usage.
   */
  public static <S, T> T read(Setting setting, S text, Function<S, T> reader) {
    try {
      return reader.apply(text);
    } catch (IllegalArgumentException e) {
      throw new UsageException(Wording.of("%s: %s", setting, e.getMessage()), e);
    }
  }

  /** Returns a required setting's value. */
  public static <T> T required(Setting setting, T value) {
    if (value == null) {
      throw new UsageException(Wording.of("%s is missing", setting));
    }
    return value;
  }

  /** Returns a list that must not be empty. */
  public static <T> List<T> requireSome(Setting setting, List<T> values) {
    return required(setting, values.isEmpty() ? null : values);
  }
}
