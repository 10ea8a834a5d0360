package io.prumerge.benchmark.rule;

import io.prumerge.text.PythonText;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.util.Optional;
import java.util.regex.Pattern;

/** Reads and rounds numbers as Python's {@code int} and {@code round} do. */
final class PythonNumerals {

  /** Python refuses to read integers of more digits since version 3.11. */
  static final int MOST_DIGITS = 4_300;

  /** Beyond these places, rounding leaves a double as it is, or nothing of it. */
  private static final int MOST_PLACES = 330;

  private static final Pattern INTEGER = Pattern.compile("[+-]?[0-9]{1," + MOST_DIGITS + "}");
  private static final Pattern GROUPING = Pattern.compile("(?<=[0-9])_(?=[0-9])");

  private PythonNumerals() {}

  /** Returns {@code int(text)}; digits of all scripts count. */
  static Optional<BigInteger> integer(String text) {
    String plain = PythonText.withAsciiDigits(PythonText.strip(text));
    String digits = GROUPING.matcher(plain).replaceAll("");
    return INTEGER.matcher(digits).matches()
        ? Optional.of(new BigInteger(digits))
        : Optional.empty();
  }

  /** Returns {@code round(value, places)}: half to even, of the double's exact value. */
  static double round(double value, int places) {
    if (!Double.isFinite(value)) {
      return value;
    }
    int scale = Math.max(-MOST_PLACES, Math.min(MOST_PLACES, places));
    double rounded = new BigDecimal(value).setScale(scale, RoundingMode.HALF_EVEN).doubleValue();
    return Math.copySign(rounded, value); // of zero too
  }
}
