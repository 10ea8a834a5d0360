package io.prumerge.estimate;

import io.prumerge.service.Unknown;
import java.util.Arrays;
import java.util.function.Function;

/** Finds values by their display names. */
final class Names {
  private Names() {}

  /**
   * Returns the value with this name.
   *
   * @param kind the kind of value, for the error message
   */
  static <T> T find(String kind, String name, T[] values, Function<T, String> displayName) {
    for (T value : values) {
      if (displayName.apply(value).equals(name)) {
        return value;
      }
    }
    throw new IllegalArgumentException(
        Unknown.message(kind, name, Arrays.stream(values).map(displayName).toList()));
  }
}
