package io.prumerge.explain;

import io.prumerge.template.Templates;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Locale;

/**
 * Writes the elements of drawings, valid in SVG files and in HTML. Text and attributes are escaped
 * as in a page; every element gets its end tag.
 */
final class Markup {

  private final StringBuilder text = new StringBuilder();
  private final Deque<String> begun = new ArrayDeque<>();

  /**
   * Begins an element, and returns this.
   *
   * @param attributes names and values in turn
   */
  Markup open(String name, String... attributes) {
    tag(name, attributes);
    text.append('>');
    begun.push(name);
    return this;
  }

  /** Ends the innermost open element, and returns this. */
  Markup close() {
    text.append("</").append(begun.pop()).append('>');
    return this;
  }

  /** Writes an empty element, and returns this. */
  Markup leaf(String name, String... attributes) {
    tag(name, attributes);
    text.append("/>");
    return this;
  }

  /** Writes an element that holds only text, and returns this. */
  Markup element(String name, String characters, String... attributes) {
    open(name, attributes);
    text.append(Templates.escaped(characters));
    return close();
  }

  private void tag(String name, String... attributes) {
    text.append('<').append(name);
    for (int i = 0; i < attributes.length; i += 2) {
      text.append(' ').append(attributes[i]);
      text.append("=\"").append(Templates.escaped(attributes[i + 1])).append('"');
    }
  }

  /** Returns everything written. */
  @Override
  public String toString() {
    return text.toString();
  }

  /** Formats numbers independently of the locale. */
  static final class InvariantNumbers {

    private InvariantNumbers() {}

    /** Returns a coordinate; two decimals are far below a pixel. */
    static String coordinate(double value) {
      String text = String.format(Locale.ROOT, "%.2f", value);
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
      return String.format(Locale.ROOT, "%.1f %%", 100 * share);
    }
  }
}
