package io.prumerge.reduction;

import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/**
 * Typed reading of one spec's parameters; every refusal names the method, the key and the value.
 */
final class Parameters {
  private final MethodSpec spec;

  /**
   * @param known every key the method has
   * @throws IllegalArgumentException for any other key
   */
  Parameters(MethodSpec spec, String... known) {
    this.spec = spec;
    for (String key : spec.parameters().keySet()) {
      if (!List.of(known).contains(key)) {
        throw new IllegalArgumentException(
            "Unknown key '%s' of method '%s'; known: %s"
                .formatted(
                    key, spec.name(), known.length == 0 ? "(none)" : String.join(", ", known)));
      }
    }
  }

  Optional<String> text(String key) {
    return Optional.ofNullable(spec.parameters().get(key));
  }

  /** A whole number of at least 1. */
  OptionalInt count(String key) {
    Optional<String> text = text(key);
    if (text.isEmpty()) {
      return OptionalInt.empty();
    }
    try {
      int value = Integer.parseInt(text.get());
      if (value >= 1) {
        return OptionalInt.of(value);
      }
    } catch (NumberFormatException e) {
      // Refused below, like a number below 1.
    }
    throw refusal(key, "a whole number from 1 to " + Integer.MAX_VALUE);
  }

  /** Any 64-bit number; {@code absent} where the key is not given. */
  long number(String key, long absent) {
    Optional<String> text = text(key);
    if (text.isEmpty()) {
      return absent;
    }
    try {
      return Long.parseLong(text.get());
    } catch (NumberFormatException e) {
      throw refusal(key, "a whole number of 64 bits");
    }
  }

  /** A share in (0, 1]. */
  OptionalDouble share(String key) {
    Optional<String> text = text(key);
    if (text.isEmpty()) {
      return OptionalDouble.empty();
    }
    try {
      double value = Double.parseDouble(text.get());
      if (value > 0 && value <= 1) {
        return OptionalDouble.of(value);
      }
    } catch (NumberFormatException e) {
      // Refused below, like a number out of range.
    }
    throw refusal(key, "a number above 0 and at most 1");
  }

  /** {@code true} or {@code false}, in these letters. */
  Optional<Boolean> flag(String key) {
    Optional<String> text = text(key);
    if (text.isPresent() && !text.get().equals("true") && !text.get().equals("false")) {
      throw refusal(key, "true or false");
    }
    return text.map(Boolean::valueOf);
  }

  IllegalArgumentException refusal(String key, String expected) {
    return new IllegalArgumentException(
        "Cannot use method '%s': %s must be %s but was '%s'"
            .formatted(spec, key, expected, spec.parameters().get(key)));
  }

  IllegalArgumentException refusal(String reason) {
    return new IllegalArgumentException("Cannot use method '%s': %s".formatted(spec, reason));
  }
}
