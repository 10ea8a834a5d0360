package io.prumerge.explain;

import io.prumerge.lang.Text;
import java.math.BigDecimal;
import java.math.MathContext;

/** Formats numbers independently of the locale. */
final class InvariantNumbers {

  private InvariantNumbers() {}

  /** Returns a coordinate; two decimals are far below a pixel. */
  static String coordinate(double value) {
    String text = Text.format("%.2f", value);
    return text.replaceAll("\\.?0+$", "");
  }

  /**
   * Returns a number with this number of significant digits, with an exponent only below a
   * millionth.
   */
  static String digits(double value, int count) {
    if (value == 0) {
      return "0";
    }
    BigDecimal rounded = new BigDecimal(value).round(new MathContext(count)).stripTrailingZeros();
    return rounded.scale() > 0 ? rounded.toString().replace('E', 'e') : rounded.toPlainString();
  }

  static String percent(double share) {
    return Text.format("%.1f %%", 100 * share);
  }
}
