package io.prumerge.console;

import io.prumerge.lang.Text;

/** Shortens foreign texts and removes control characters, which a terminal would obey. */
public final class Texts {

  private Texts() {}

  /**
   * Returns the text without control characters, cut after {@code most} characters.
   *
   * @param text null becomes an empty text
   */
  public static String shown(String text, int most) {
    if (text == null) {
      return "";
    }
    StringBuilder shown = new StringBuilder();
    text.codePoints()
        .limit(most)
        .map(point -> isControl(point) ? '�' : point)
        .forEach(shown::appendCodePoint);
    return text.codePointCount(0, text.length()) > most ? shown + "…" : shown.toString();
  }

  /**
   * Returns the text as part of a line: shortened, without control characters and line ends.
   *
   * @param text null becomes an empty text
   */
  public static String inLine(String text, int most) {
    return shown(text, most).replace('\n', ' ').replace('\t', ' ');
  }

  /** Returns a number with the noun of what it counts, such as {@code 1 row}. */
  public static String count(long number, String noun) {
    return Text.format("%,d %s%s", number, noun, number == 1 ? "" : "s");
  }

  /** Returns a part of some things with their noun and its verb, such as {@code 1 of 9 rows is}. */
  public static String part(long number, long all, String noun, String one, String several) {
    return Text.format("%,d of %s %s", number, count(all, noun), number == 1 ? one : several);
  }

  /** Returns true for unpaired surrogates too, which UTF-8 cannot encode. */
  private static boolean isControl(int point) {
    return (Character.isISOControl(point) && point != '\n' && point != '\t')
        || Character.getType(point) == Character.SURROGATE;
  }
}
