package io.prumerge.lang;

import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;

/** Turns optional numbers into numbers that may be null, as rows and JSON have them, and back. */
public final class Optionals {

  private Optionals() {}

  /** Returns the value, null if there is none. */
  public static Integer orNull(OptionalInt value) {
    return value.isPresent() ? (Integer) value.getAsInt() : null;
  }

  /** Returns the value, null if there is none. */
  public static Long orNull(OptionalLong value) {
    return value.isPresent() ? (Long) value.getAsLong() : null;
  }

  /** Returns the value, null if there is none. */
  public static Double orNull(OptionalDouble value) {
    return value.isPresent() ? (Double) value.getAsDouble() : null;
  }

  /** Returns the value; empty for null. */
  public static OptionalInt ofNullable(Integer value) {
    return value == null ? OptionalInt.empty() : OptionalInt.of(value);
  }

  /** Returns the value; empty for null. */
  public static OptionalLong ofNullable(Long value) {
    return value == null ? OptionalLong.empty() : OptionalLong.of(value);
  }

  /** Returns the value; empty for null. */
  public static OptionalDouble ofNullable(Double value) {
    return value == null ? OptionalDouble.empty() : OptionalDouble.of(value);
  }
}
