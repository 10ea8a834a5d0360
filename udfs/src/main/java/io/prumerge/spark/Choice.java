package io.prumerge.spark;

import io.prumerge.service.Unknown;
import java.util.Arrays;
import java.util.Locale;

/** Enum values as options spell them: in lower case. */
final class Choice {
  private Choice() {}

  /**
   * Returns the constant that {@code value} spells.
   *
   * @param option the option's name, for the message
   * @throws IllegalArgumentException naming the known values
   */
  static <E extends Enum<E>> E of(Class<E> type, String option, String value) {
    return Arrays.stream(type.getEnumConstants())
        .filter(constant -> spelling(constant).equals(value))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    Unknown.message(
                        option,
                        value,
                        Arrays.stream(type.getEnumConstants()).map(Choice::spelling).toList())));
  }

  static String spelling(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }
}
