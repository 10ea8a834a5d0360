package io.prumerge.benchmark;

import io.prumerge.text.PythonText;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.regex.Pattern;

/** Parses numbers like Python's {@code float(text)}. */
public final class PythonNumber {

  private static final Pattern DIGITS = Pattern.compile("(?<=[0-9])_(?=[0-9])");
  private static final Pattern NUMBER =
      Pattern.compile("[+-]?([0-9]++\\.?[0-9]*+|\\.[0-9]++)([eE][+-]?[0-9]++)?");

  private PythonNumber() {}

  /** Returns {@code float(text)}, infinities and NaN included; digits of all scripts count. */
  public static OptionalDouble floating(String text) {
    String plain = PythonText.withAsciiDigits(PythonText.strip(text));
    return switch (plain.toLowerCase(Locale.ROOT)) {
      case "inf", "+inf", "infinity", "+infinity" -> OptionalDouble.of(Double.POSITIVE_INFINITY);
      case "-inf", "-infinity" -> OptionalDouble.of(Double.NEGATIVE_INFINITY);
      case "nan", "+nan", "-nan" -> OptionalDouble.of(Double.NaN);
      default -> {
        String number = DIGITS.matcher(plain).replaceAll("");
        yield NUMBER.matcher(number).matches()
            ? OptionalDouble.of(Double.parseDouble(number))
            : OptionalDouble.empty();
      }
    };
  }

  /**
   * Returns the number in {@code text}, with white space around it ignored. Deviations: only ASCII
   * digits count, and infinities and NaN are not numbers.
   */
  public static OptionalDouble of(String text) {
    String plain = DIGITS.matcher(PythonText.strip(text)).replaceAll("");
    return NUMBER.matcher(plain).matches()
        ? OptionalDouble.of(Double.parseDouble(plain)).stream().filter(Double::isFinite).findAny()
        : OptionalDouble.empty();
  }
}
