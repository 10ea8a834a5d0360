package io.prumerge.cost;

import java.util.Arrays;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Values by the names that people write. */
final class Names {
  private Names() {}

  /**
   * The value of this name.
   *
   * @param kind what it is, for the message
   */
  static <T> T find(String kind, String name, T[] values, Function<T, String> english) {
    for (T value : values) {
      if (english.apply(value).equals(name)) {
        return value;
      }
    }
    throw new IllegalArgumentException(
        "Unknown %s '%s'; known: %s"
            .formatted(
                kind, name, Arrays.stream(values).map(english).collect(Collectors.joining(", "))));
  }
}
