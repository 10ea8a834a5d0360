package io.prumerge.benchmark;

import io.prumerge.text.PythonText;
import java.util.OptionalDouble;
import java.util.regex.Pattern;

/** Numbers the way Python's {@code float(text)} reads them. */
final class PythonNumber {

  private static final Pattern DIGITS = Pattern.compile("(?<=[0-9])_(?=[0-9])");
  private static final Pattern NUMBER =
      Pattern.compile("[+-]?([0-9]+\\.?[0-9]*|\\.[0-9]+)([eE][+-]?[0-9]+)?");

  private PythonNumber() {}

  /**
   * The number that {@code text} is, white space around it apart. Deviations: digits are ASCII's,
   * and infinities and NaN are no numbers.
   */
  static OptionalDouble of(String text) {
    String plain = DIGITS.matcher(PythonText.strip(text)).replaceAll("");
    return NUMBER.matcher(plain).matches()
        ? OptionalDouble.of(Double.parseDouble(plain)).stream().filter(Double::isFinite).findAny()
        : OptionalDouble.empty();
  }
}
