package io.prumerge.service;

import io.prumerge.lang.Text;
import java.util.regex.Pattern;

/**
 * Reads numbers as people write them: decimal, in the digits 0 to 9, without blanks. Java's parsers
 * also take digits of other scripts and, for a double, {@code 0x1p3}, {@code 1d}, {@code NaN} and
 * blanks around a number.
 */
public final class PlainNumber {

  private static final Pattern WHOLE = Pattern.compile("[+-]?[0-9]+");
  private static final Pattern DECIMAL =
      Pattern.compile("[+-]?([0-9]+\\.?[0-9]*|\\.[0-9]+)([eE][+-]?[0-9]+)?");

  private PlainNumber() {}

  /**
   * Reads a whole number.
   *
   * @throws NumberFormatException saying so if it is none of 32 bits
   */
  public static int integer(String text) {
    return (int) within(text, Integer.MIN_VALUE, Integer.MAX_VALUE);
  }

  /**
   * Reads a whole number.
   *
   * @throws NumberFormatException saying so if it is none of 64 bits
   */
  public static long whole(String text) {
    return within(text, Long.MIN_VALUE, Long.MAX_VALUE);
  }

  /**
   * Reads a number, with or without a fraction or an exponent. One that is too large is infinite.
   *
   * @throws NumberFormatException saying so if it is none
   */
  public static double decimal(String text) {
    if (!DECIMAL.matcher(text).matches()) {
      throw new NumberFormatException("'" + text + "' is not a number");
    }
    return Double.parseDouble(text);
  }

  private static long within(String text, long least, long most) {
    if (!WHOLE.matcher(text).matches()) {
      throw new NumberFormatException("'" + text + "' is not a whole number");
    }
    try {
      long value = Long.parseLong(text);
      if (value >= least && value <= most) {
        return value;
      }
    } catch (NumberFormatException e) {
      // Refused below, like a smaller one that does not fit.
    }
    throw new NumberFormatException(Text.format("%s must lie in %d..%d", text, least, most));
  }
}
