package io.prumerge.reduction;

import java.math.BigDecimal;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/**
 * Reads one spec's parameters by type. A key that is not given has no value. A value that cannot be
 * read is an {@link IllegalArgumentException} that names the method, the key and the value.
 */
public final class Parameters {
  private final MethodSpec spec;

  /**
   * @param known every key the method has
   * @throws IllegalArgumentException for any other key
   */
  Parameters(MethodSpec spec, List<String> known) {
    this.spec = spec;
    for (String key : spec.parameters().keySet()) {
      if (!known.contains(key)) {
        throw new IllegalArgumentException(
            String.format(
                Locale.ROOT,
                "Unknown key '%s' of method '%s'; known: %s",
                key,
                spec.name(),
                known.isEmpty() ? "(none)" : String.join(", ", known)));
      }
    }
  }

  /** The method's name. */
  public String method() {
    return spec.name();
  }

  /** The value as it is written. */
  public Optional<String> text(String key) {
    return Optional.ofNullable(spec.parameters().get(key));
  }

  /** A whole number of at least 1. */
  public OptionalInt count(String key) {
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
  public long number(String key, long absent) {
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
  public OptionalDouble share(String key) {
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

  /** Returns a share in its canonical spelling. */
  public static String plain(double share) {
    return BigDecimal.valueOf(share).stripTrailingZeros().toPlainString();
  }

  /** {@code true} or {@code false}, in these letters. */
  public Optional<Boolean> flag(String key) {
    Optional<String> text = text(key);
    if (text.isPresent() && !text.get().equals("true") && !text.get().equals("false")) {
      throw refusal(key, "true or false");
    }
    return text.map(Boolean::valueOf);
  }

  /** Returns the exception to throw if a method refuses a value. */
  public IllegalArgumentException refusal(String key, String expected) {
    return new IllegalArgumentException(
        String.format(
            Locale.ROOT,
            "Cannot use method '%s': %s must be %s but was '%s'",
            spec,
            key,
            expected,
            spec.parameters().get(key)));
  }

  /** The exception to throw if the parameters contradict each other. */
  public IllegalArgumentException refusal(String reason) {
    return new IllegalArgumentException(
        String.format(Locale.ROOT, "Cannot use method '%s': %s", spec, reason));
  }
}
