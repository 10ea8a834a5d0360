package io.prumerge.benchmark.caption;

import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A caption that tokens are read from, by the index of a UTF-16 unit. */
final class PtbText {

  /** Stands for what follows the last character; it is in no token. */
  static final char END = '\0';

  /**
   * Most characters that are looked through for the mark of an address, a tag or a hyphenated word.
   * Without a bound, a long text without that mark would be looked through at every token.
   */
  private static final int MOST = 1_000;

  /** What a run consists of. */
  @FunctionalInterface
  interface Kind {
    boolean contains(char c);
  }

  /** A stretch without a mark, which stands at its end. */
  private record Gap(int from, int end) {}

  private final String text;

  /** The text in lower case, unit by unit. */
  private final String lower;

  /** The last gap before each mark, so that questions in the order of the text search it once. */
  private final Map<String, Gap> gaps = new HashMap<>();

  PtbText(String text) {
    this.text = text;
    StringBuilder units = new StringBuilder(text);
    for (int i = 0; i < units.length(); i++) {
      units.setCharAt(i, Character.toLowerCase(units.charAt(i)));
    }
    this.lower = units.toString();
  }

  int length() {
    return text.length();
  }

  /** Returns the character at {@code i}, {@link #END} behind the last one. */
  char at(int i) {
    return i < text.length() ? text.charAt(i) : END;
  }

  /** Returns whether one of {@code characters} is at {@code i}. */
  boolean isAny(int i, String characters) {
    return i < text.length() && characters.indexOf(text.charAt(i)) >= 0;
  }

  /** Returns where the run that begins at {@code from} ends. */
  int run(int from, Kind kind) {
    return run(from, text.length(), kind);
  }

  /** Returns where the run that begins at {@code from} ends, or the bound of the search. */
  int boundedRun(int from, Kind kind) {
    return run(from, bound(from), kind);
  }

  private int run(int from, int bound, Kind kind) {
    int i = from;
    while (i < bound && kind.contains(text.charAt(i))) {
      i++;
    }
    return i;
  }

  private int bound(int from) {
    return Math.min(text.length(), from + MOST);
  }

  /** Returns whether {@code other} is at {@code i}, in any case. */
  boolean isAt(int i, String other) {
    return text.regionMatches(true, i, other, 0, other.length());
  }

  /** Returns whether a mark in lower case is at {@code from} or not too far behind it. */
  boolean isNear(int from, String mark) {
    Gap gap = gaps.get(mark);
    if (gap == null || from < gap.from || from > gap.end) {
      int found = lower.indexOf(mark, from);
      gap = new Gap(from, found < 0 ? text.length() + MOST : found);
      gaps.put(mark, gap);
    }
    return gap.end < from + MOST;
  }

  String part(int from, int to) {
    return text.substring(from, to);
  }

  /** Returns where the match that begins at {@code from} ends; {@code from} without one. */
  int matchEnd(Pattern pattern, int from) {
    Matcher matcher = pattern.matcher(text).useTransparentBounds(true).region(from, bound(from));
    return matcher.lookingAt() ? matcher.end() : from;
  }
}
