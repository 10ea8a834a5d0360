package io.prumerge.text;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Python's {@code str} methods where Java's differ, as in what counts as white space. */
public final class PythonText {

  private PythonText() {}

  /** Returns {@code str.isspace()} of one character. */
  public static boolean isSpace(char c) {
    return switch (c) {
      case '\u0085', '\u00a0', '\u1680', '\u2028', '\u2029', '\u202f', '\u205f', '\u3000' -> true;
      default ->
          c >= '\t' && c <= '\r' || c >= '\u001c' && c <= ' ' || c >= '\u2000' && c <= '\u200a';
    };
  }

  /** Returns a text with the digits of all scripts as ASCII's, as Python's numbers read them. */
  public static String withAsciiDigits(String text) {
    StringBuilder plain = new StringBuilder(text.length());
    text.codePoints()
        .map(c -> Character.isDigit(c) ? '0' + Character.digit(c, 10) : c)
        .forEach(plain::appendCodePoint);
    return plain.toString();
  }

  /** Returns {@code str.strip()}. */
  public static String strip(String text) {
    int start = 0;
    int end = text.length();
    while (start < end && isSpace(text.charAt(start))) {
      start++;
    }
    while (end > start && isSpace(text.charAt(end - 1))) {
      end--;
    }
    return text.substring(start, end);
  }

  /** Returns {@code str.strip(mark)} of one character. */
  public static String strip(String text, char mark) {
    int start = 0;
    int end = text.length();
    while (start < end && text.charAt(start) == mark) {
      start++;
    }
    while (end > start && text.charAt(end - 1) == mark) {
      end--;
    }
    return text.substring(start, end);
  }

  /** Returns {@code str.split()}: the pieces between runs of white space, none of them empty. */
  public static List<String> split(String text) {
    List<String> pieces = new ArrayList<>();
    int start = 0;
    for (int i = 0; i <= text.length(); i++) {
      if (i == text.length() || isSpace(text.charAt(i))) {
        if (i > start) {
          pieces.add(text.substring(start, i));
        }
        start = i + 1;
      }
    }
    return pieces;
  }

  /** Returns {@code str.lower()}. */
  public static String lower(String text) {
    return text.toLowerCase(Locale.ROOT);
  }
}
