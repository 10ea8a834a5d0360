package io.prumerge.benchmark.caption;

import java.util.regex.Pattern;

/** Numbers of PTBTokenizer 3.4.1: with signs and separators, dates, fractions and telephones. */
final class PtbNumbers {

  private static final String SEPARATORS = ".,:\u066b\u066c";

  /** What a number may begin with besides a digit. */
  private static final String STARTS = SEPARATORS + "+-(" + PtbCharacters.SOFT_HYPHEN;

  private static final Pattern DATE = pattern("#{1,2}(?:-|\\\\?/)#{1,2}(?:-|\\\\?/)#{2,4}");

  private static final Pattern FRACTION =
      pattern("(?:#{1,4}[- \u00a0])?#{1,4}(?:\\\\?/|\u2044)#{1,4}");

  private static final String AREA = "\\([0-9]{2,3}\\)[ \u00a0]?";
  private static final String GAP = "[- \u00a0]";
  private static final String GROUPS = "\\+{0,2}(?:[0-9]{2,4}" + GAP + "){1,2}";

  /** An area in brackets or one or two groups of digits, then the number of a line. */
  private static final Pattern TELEPHONE =
      Pattern.compile("(?:" + AREA + "|" + GROUPS + ")[0-9]{3,4}" + GAP + "?[0-9]{3,5}");

  /** Without plus signs, or with one, these are numbers with separators. */
  private static final Pattern DOTTED_TELEPHONE =
      Pattern.compile("\\+\\+(?:[0-9]{2,4}\\.){2}[0-9]{3,4}\\.[0-9]{3,5}");

  private PtbNumbers() {}

  /** Compiles a pattern in which # stands for a digit. */
  private static Pattern pattern(String pattern) {
    return Pattern.compile(pattern.replace("#", PtbCharacters.DIGIT));
  }

  /** Offers the numbers that begin at {@code at}. */
  static void offer(PtbText text, int at, PtbLongest longest) {
    char first = text.at(at);
    if (!PtbCharacters.isDigit(first) && !text.isAny(at, STARTS)) {
      return;
    }
    longest.offer(text.matchEnd(DATE, at));
    longest.offer(number(text, at));
    longest.offer(text.matchEnd(FRACTION, at));
    int telephone = text.matchEnd(TELEPHONE, at);
    longest.offerAs(telephone, telephone, PtbMarks.bracketed(text.part(at, telephone)));
    longest.offer(text.matchEnd(DOTTED_TELEPHONE, at));
  }

  private static int number(PtbText text, int at) {
    int start = text.isAny(at, "+-") ? at + 1 : at;
    int end = digits(text, start);
    while (text.isAny(end, SEPARATORS) && PtbCharacters.isDigit(text.at(end + 1))) {
      end = digits(text, end + 1);
    }
    return end > start ? end : at;
  }

  /** Digits, each of them maybe after a soft hyphen. */
  private static int digits(PtbText text, int from) {
    int end = from;
    while (true) {
      int digit = text.at(end) == PtbCharacters.SOFT_HYPHEN ? end + 1 : end;
      if (!PtbCharacters.isDigit(text.at(digit))) {
        return end;
      }
      end = digit + 1;
    }
  }
}
