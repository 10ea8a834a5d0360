package io.prumerge.published;

import io.prumerge.lang.Text;
import java.util.regex.Pattern;

/** Numbers as papers and spreadsheets of several countries write them. */
final class PrintedNumber {

  /** Above every score that is printed: MME's is at most 2,800. */
  private static final double LARGEST = 10_000;

  private static final double PERCENT = 100;

  private static final Pattern POINT = Pattern.compile("\\d+(\\.\\d+)?");
  private static final Pattern COMMA = Pattern.compile("\\d+,\\d+");

  /** What one country reads as a thousand and another as one. */
  private static final Pattern EITHER = Pattern.compile("[1-9]\\d{0,2},\\d{3}");

  private static final Pattern THOUSANDS = Pattern.compile("\\d{1,3}(,\\d{3})+\\.\\d+");
  private static final Pattern POINTED_THOUSANDS = Pattern.compile("\\d{1,3}(\\.\\d{3})+,\\d+");

  private PrintedNumber() {}

  /**
   * Returns a score, which may have a percent sign.
   *
   * @throws IllegalArgumentException if it is none
   */
  static double score(String text) {
    String number = text.endsWith("%") ? text.substring(0, text.length() - 1).strip() : text;
    double score = read(number, text, "58.2");
    requireUpTo(text.endsWith("%") ? PERCENT : LARGEST, score, text);
    return score;
  }

  /**
   * Checks a score.
   *
   * @throws IllegalArgumentException if it is out of range
   */
  static void requireScore(double score) {
    requireUpTo(LARGEST, score, Double.toString(score));
  }

  private static void requireUpTo(double most, double score, String text) {
    if (!(score >= 0 && score <= most)) {
      throw new IllegalArgumentException(
          Text.format("must be from 0 to %,.0f in the unit of the figure, but is %s", most, text));
    }
  }

  /**
   * Returns a number of tokens, which may be an approximate one.
   *
   * @throws IllegalArgumentException if it is none
   */
  static double tokens(String text) {
    if (text.endsWith("%")) {
      throw new IllegalArgumentException(
          Text.format(
              "must be visual tokens of an image like 576 or ~32, but is %s; leave it empty and"
                  + " write the share into the method, as in divprune:tokens=25%%",
              text));
    }
    double tokens = read(text.replaceFirst("^[~≈]\\s*", ""), text, "576 or ~32");
    if (tokens == 0 || tokens > 1_000_000) {
      throw new IllegalArgumentException(
          "must be above 0 and at most 1,000,000 visual tokens of an image, but is " + text);
    }
    return tokens;
  }

  private static double read(String number, String text, String example) {
    if (POINT.matcher(number).matches()) {
      return Double.parseDouble(number);
    } else if (EITHER.matcher(number).matches()) {
      throw new IllegalArgumentException(
          Text.format(
              "is %s, which is %s to some and %s to others; write one of these",
              text, number.replace(",", ""), number.replace(',', '.')));
    } else if (COMMA.matcher(number).matches()) {
      return Double.parseDouble(number.replace(',', '.'));
    } else if (THOUSANDS.matcher(number).matches()) {
      return Double.parseDouble(number.replace(",", ""));
    } else if (POINTED_THOUSANDS.matcher(number).matches()) {
      return Double.parseDouble(number.replace(".", "").replace(',', '.'));
    }
    throw new IllegalArgumentException(
        Text.format(
            "must be a number like %s, without marks or signs, but is %s; leave the row out if"
                + " nothing is printed",
            example, text));
  }
}
