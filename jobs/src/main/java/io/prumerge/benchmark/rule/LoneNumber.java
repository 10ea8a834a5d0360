package io.prumerge.benchmark.rule;

import io.prumerge.benchmark.PythonNumber;
import io.prumerge.lang.Text;
import io.prumerge.text.PythonText;
import java.math.BigDecimal;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads the one number of a text, exactly. A number is digits of any script, with an optional
 * decimal point, an exponent, commas between thousands ({@code 1,234.5}), or underscores as Python
 * allows them; hundred, thousand, million, billion, trillion and {@code k} multiply it.
 *
 * <p>It is negative if a hyphen, a dash or a minus sign of any kind stands directly before it, or
 * before its currency's sign or code, if the word minus or negative does, and where an amount in
 * parentheses is all, as in accounts ({@code ($3)}). Words, units and marks around it say nothing
 * ({@code 12 %}, {@code 5cm}), and digits in a word after a letter are no number ({@code H2O}).
 *
 * <p>A text with other digits has no number, since what they mean is not plain: two numbers, so
 * ranges ({@code 5-10}), fractions, dates, times, versions, decimal commas, blanks between
 * thousands; powers and other signs for numbers ({@code 10²}, {@code 3½}, {@code 2π}); {@code 3x4}
 * and {@code 1h30}; {@code x-3}, {@code --3}, {@code ±3}, and {@code - 3}, whose dash may be that
 * of an item or between words; {@code 5M}, {@code 300K} and words that multiply otherwise. Nor has
 * one whose number is beyond the range of doubles or has over 1,000 characters, to bound the time.
 */
final class LoneNumber {

  /** Hyphens, dashes and minus signs but for ASCII's. */
  private static final Pattern DASHES =
      Pattern.compile(
          "[\\u00ad\\u02d7\\u2010-\\u2015\\u207b\\u208b\\u2212\\u2796\\ufe58\\ufe63\\uff0d]");

  /** An amount in parentheses, and nothing else. */
  private static final Pattern ACCOUNTED =
      Pattern.compile("\\A[\\s*]*+\\(([A-Z]{0,3}\\p{Sc}[^()\\p{Sc}]*+)\\)[\\s*.]*+\\z");

  private static final int LONGEST = 1000;

  private static final Pattern ZERO = Pattern.compile("[0.]++(?![1-9])");

  /** Not those of scripts without blanks between words, which may stand before a number. */
  private static final String LETTERS = "\\p{IsLatin}\\p{IsGreek}\\p{IsCyrillic}_";

  /** After these a dash or a plus joins, and is no sign. */
  private static final String UNJOINED = "(?<![" + LETTERS + "0-9)\\]}])";

  private static final String SIGN =
      Text.format("(?:(?<minus>%s-|(?i:minus|negative)[\\s\\p{Z}]++)|%s\\+)?+", UNJOINED, UNJOINED);

  private static final String THOUSANDS = "[1-9][0-9]{0,2}(?:,[0-9]{3})++(?![0-9])(?:\\.[0-9]*+)?+";
  private static final String WHOLE = "[0-9](?:_?[0-9])*+(?:\\.[0-9]*+)?+";
  private static final String BELOW_ONE = "(?<![" + LETTERS + "0-9.])\\.[0-9]++";

  /** The letters of a currency before its sign, as in {@code US$}, or its code. */
  private static final String COUNTRY =
      "(?:[A-Z]{1,3}(?=\\p{Sc})|[A-Z]{3}\\p{Zs}++(?=[\\p{Sc}.0-9]))?+";

  /** After a number, what joins it to other digits; but for the power of a unit ({@code 5m2}). */
  private static final String JOINING =
      "(?<=[0-9])(?:[xX]|[" + LETTERS + "]++(?![23](?![" + LETTERS + "0-9])))(?=[0-9])";

  /** A number with its sign; another sign for a number, or what joins it to one; or a word. */
  private static final Pattern TOKEN =
      Pattern.compile(
          Text.format(
              "%s%s\\p{Sc}?+(?<number>(?:%s|%s|%s)(?:[eE][+-]?[0-9]++)?+)"
                  + "|(?<other>\\p{No}|[\u03c0\u221e](?![%s])|%s)|[%s][%s0-9\\p{No}]*+",
              SIGN, COUNTRY, THOUSANDS, WHOLE, BELOW_ONE, LETTERS, JOINING, LETTERS, LETTERS));

  private static final Map<String, Integer> POWERS =
      Map.of("k", 3, "hundred", 2, "thousand", 3, "million", 6, "billion", 9, "trillion", 12);

  /** What multiplies the number before it: by a power of ten, or as may be meant otherwise. */
  private static final Pattern MULTIPLIER =
      Pattern.compile(
          Text.format(
              "[\\p{Zs}-]?+(?i:(?<power>hundred|thousand|million|billion|trillion)"
                  + "|(?:hundred|thousand|million|billion|trillion|dozen|lakh|crore|milliard)s|dozen"
                  + "|lakh|crore|milliard|millionen|milliarden?|millones|tausend|mio|mrd"
                  + "|(?:ten|hundred|thousand|million|billion)ths?)(?![%s])"
                  + "|(?<kilo>k)(?![%s0-9])|(?:[KMB]|[bmt]n)(?![%s0-9])"
                  + "|\\p{Zs}?+(?:[\u767e\u842c\u4e07\u5104\u4ebf\ub9cc\uc5b5]|\u5343(?![\u7c73\u514b\u74e6\u5361]))",
              LETTERS, LETTERS, LETTERS));

  /** What changes the number after it, also after blanks or a currency sign. */
  private static final String CHANGING = "+-\u00b1\u2213\u221a/^";

  private LoneNumber() {}

  /** Returns the number; empty if there is none, or several, or what may be another. */
  static Optional<BigDecimal> read(String text) {
    String dashed = DASHES.matcher(PythonText.withAsciiDigits(text)).replaceAll("-");
    String plain = ACCOUNTED.matcher(dashed).replaceFirst("-$1");
    Optional<BigDecimal> found = Optional.empty();
    Matcher token = TOKEN.matcher(plain);
    while (token.find()) {
      String number = token.group("number");
      if (number == null && token.group("other") == null) {
        continue; // a word
      }
      if (number == null || found.isPresent() || isPartOfMore(plain, token)) {
        return Optional.empty();
      }
      OptionalInt power = number.endsWith(".") ? OptionalInt.of(0) : power(plain, token.end());
      Optional<BigDecimal> value = value(number.replaceAll("[,_]", ""));
      if (power.isEmpty() || value.isEmpty()) {
        return Optional.empty();
      }
      BigDecimal size = value.get().scaleByPowerOfTen(power.getAsInt());
      found = Optional.of(token.group("minus") == null ? size : size.negate());
    }
    return found;
  }

  /** Returns the power of ten by which words multiply that follow; empty if it may be another. */
  private static OptionalInt power(String text, int end) {
    int power = 0;
    Matcher multiplier = MULTIPLIER.matcher(text).region(end, text.length());
    while (multiplier.lookingAt()) {
      String word = multiplier.group("kilo") == null ? multiplier.group("power") : "k";
      if (word == null) {
        return OptionalInt.empty();
      }
      power += POWERS.get(word.toLowerCase(Locale.ROOT));
      multiplier.region(multiplier.end(), text.length());
    }
    return OptionalInt.of(power);
  }

  private static Optional<BigDecimal> value(String number) {
    if (number.length() > LONGEST) {
      return Optional.empty();
    }
    OptionalDouble rounded = PythonNumber.of(number); // bounds its exponent
    if (rounded.isPresent() && rounded.getAsDouble() == 0) {
      return ZERO.matcher(number).lookingAt() ? Optional.of(BigDecimal.ZERO) : Optional.empty();
    }
    return rounded.isPresent() ? Optional.of(new BigDecimal(number)) : Optional.empty();
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
