package io.prumerge.benchmark;

import io.prumerge.text.PythonText;
import java.util.OptionalDouble;
import java.util.regex.Pattern;

/** Parses numbers like Python's {@code float(text)}. */
public final class PythonNumber {

  private static final Pattern DIGITS = Pattern.compile("(?<=[0-9])_(?=[0-9])");
  private static final Pattern NUMBER =
      Pattern.compile("[+-]?([0-9]+\\.?[0-9]*|\\.[0-9]+)([eE][+-]?[0-9]+)?");

  private PythonNumber() {}

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
