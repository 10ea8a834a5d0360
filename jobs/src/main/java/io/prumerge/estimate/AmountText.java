package io.prumerge.estimate;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Locale;

/** Amounts of FLOPs, bytes and milliseconds as text. */
final class AmountText {

  static final double GIGA = 1e9;
  static final double TERA = 1e12;

  private static final int DIGITS = 4;

  private AmountText() {}

  /**
   * Formats a number with four significant digits, because one table holds a 7B model and another a
   * miniature.
   */
  static String significant(double value) {
    BigDecimal exact = BigDecimal.valueOf(value);
    int whole = exact.precision() - exact.scale();
    return exact.signum() == 0
        ? "0"
        : exact.setScale(Math.max(0, DIGITS - whole), RoundingMode.HALF_UP).toPlainString();
  }

  static String fixed(double value, int decimals) {
    return String.format(Locale.ROOT, "%." + decimals + "f", value);
  }

  /** Formats a number without trailing zeros. */
  static String trimmed(double value) {
    String text = fixed(value, 4);
    return text.replaceAll("\\.?0+$", "");
  }
}
