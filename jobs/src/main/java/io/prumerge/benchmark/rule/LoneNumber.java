package io.prumerge.benchmark.rule;

import io.prumerge.benchmark.PythonNumber;
import io.prumerge.text.PythonText;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads the one number of a text. A number is digits of any script, with an optional decimal point,
 * an exponent, commas between thousands ({@code 1,234.5}), or underscores as Python allows them.
 *
 * <p>It is negative if a hyphen, a dash or a minus sign of any kind stands directly before it, or
 * before its currency sign, and if the word minus or negative does. Words, units and marks around
 * it say nothing ({@code 12 %}, {@code 5cm}), and digits in a word after a letter are no number
 * ({@code H2O}).
 *
 * <p>A text with other digits has no number, since what they mean is not plain: two numbers, so
 * ranges ({@code 5-10}), fractions, dates, times, versions, decimal commas, blanks between
 * thousands; powers and other signs for numbers ({@code 10²}, {@code 3½}, {@code 2π}); {@code 3x4}
 * and {@code 1h30}; {@code x-3}, {@code --3}, {@code ±3}, and {@code - 3}, whose dash may be that
 * of an item or between words.
 */
final class LoneNumber {

  /** Hyphens, dashes and minus signs but for ASCII's. */
  private static final Pattern DASHES =
      Pattern.compile("[\\u2010-\\u2015\\u207b\\u208b\\u2212\\ufe58\\ufe63\\uff0d]");

  /** Not those of scripts without blanks between words, which may stand before a number. */
  private static final String LETTERS = "\\p{IsLatin}\\p{IsGreek}\\p{IsCyrillic}_";

  /** After these a dash or a plus joins, and is no sign. */
  private static final String UNJOINED = "(?<![" + LETTERS + "0-9)\\]}])";

  private static final String SIGN =
      String.format(
          Locale.ROOT,
          "(?:(?<minus>%s-|(?i:minus|negative)[\\s\\p{Z}]++)|%s\\+)?+",
          UNJOINED,
          UNJOINED);

  private static final String THOUSANDS = "[1-9][0-9]{0,2}(?:,[0-9]{3})++(?![0-9])(?:\\.[0-9]*+)?+";
  private static final String WHOLE = "[0-9](?:_?[0-9])*+(?:\\.[0-9]*+)?+";
  private static final String BELOW_ONE = "(?<![" + LETTERS + "0-9.])\\.[0-9]++";

  /** The letters of a currency before its sign, as in {@code US$}. */
  private static final String COUNTRY = "(?:[A-Z]{1,3}(?=\\p{Sc}))?+";

  /** After a number, what joins it to other digits; but for the power of a unit ({@code 5m2}). */
  private static final String JOINING =
      "(?<=[0-9])(?:[xX]|[" + LETTERS + "]++(?![23](?![" + LETTERS + "0-9])))(?=[0-9])";

  /** A number with its sign; another sign for a number, or what joins it to one; or a word. */
  private static final Pattern TOKEN =
      Pattern.compile(
          String.format(
              Locale.ROOT,
              "%s%s\\p{Sc}?+(?<number>(?:%s|%s|%s)(?:[eE][+-]?[0-9]++)?+)"
                  + "|(?<other>\\p{No}|[\u03c0\u221e](?![%s])|%s)|[%s][%s0-9\\p{No}]*+",
              SIGN,
              COUNTRY,
              THOUSANDS,
              WHOLE,
              BELOW_ONE,
              LETTERS,
              JOINING,
              LETTERS,
              LETTERS));

  /** What changes the number after it, also after blanks or a currency sign. */
  private static final String CHANGING = "+-\u00b1\u2213\u221a/^";

  private LoneNumber() {}

  /** Returns the number; empty if there is none, or several, or what may be another. */
  static OptionalDouble read(String text) {
    String plain = DASHES.matcher(PythonText.withAsciiDigits(text)).replaceAll("-");
    OptionalDouble found = OptionalDouble.empty();
    Matcher token = TOKEN.matcher(plain);
    while (token.find()) {
      String number = token.group("number");
      if (number == null && token.group("other") == null) {
        continue; // a word
      }
      if (number == null || found.isPresent() || isPartOfMore(plain, token)) {
        return OptionalDouble.empty();
      }
      String sign = token.group("minus") == null ? "" : "-";
      found = PythonNumber.of(sign + number.replace(",", ""));
      if (found.isEmpty()) {
        return found; // too large for a double
      }
    }
    return found;
  }

  /** Returns whether what stands before a number makes it another, or none. */
  private static boolean isPartOfMore(String text, Matcher number) {
    int before = number.start() - 1;
    if (before >= 0 && text.charAt(before) == '.') {
      return true;
    }
    while (before >= 0 && isBlankOrCurrency(text.charAt(before))) {
      before--;
    }
    return before >= 0 && CHANGING.indexOf(text.charAt(before)) >= 0;
  }

  private static boolean isBlankOrCurrency(char c) {
    return PythonText.isSpace(c) && c != '\n' && c != '\r'
        || Character.getType(c) == Character.CURRENCY_SYMBOL;
  }
}
