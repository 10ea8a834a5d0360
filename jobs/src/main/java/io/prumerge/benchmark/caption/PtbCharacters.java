package io.prumerge.benchmark.caption;

import io.prumerge.benchmark.caption.PtbText.Kind;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * What PTBTokenizer 3.4.1 takes a character for. Its Unicode is of 2012, so the kinds are read from
 * {@code ptb-characters.txt} instead of from Java. It sees halves of characters from U+10000 on,
 * which have no kind.
 */
final class PtbCharacters {

  /** Hyphens that join words. Those of Unicode vanish where they join nothing. */
  static final String HYPHENS = "-\u058a\u2010\u2011";

  static final char SOFT_HYPHEN = '\u00ad';

  /** White space, as a class of a regular expression. */
  static final String BLANK = "[ \t\u0085\u00a0\u2000-\u200a\u3000]";

  /** Digits, as a class of a regular expression. */
  static final String DIGIT = "[\\p{Nd}&&[\u0000-\uffff]]";

  private static final String RESOURCE = "ptb-characters.txt";
  private static final int HEXADECIMAL = 16;

  private static final Map<String, BitSet> KINDS = load();
  private static final BitSet LETTERS = KINDS.get("letter");
  private static final BitSet MARKS = KINDS.get("mark");
  private static final BitSet DIGITS = KINDS.get("digit");
  private static final BitSet SYMBOLS = KINDS.get("symbol");

  private PtbCharacters() {}

  /** Returns whether a word may begin with it: a letter or a mark. */
  static boolean isLetter(char c) {
    return LETTERS.get(c) || MARKS.get(c);
  }

  /** Returns whether it is a letter and no mark. */
  static boolean isPlainLetter(char c) {
    return LETTERS.get(c);
  }

  static boolean isDigit(char c) {
    return DIGITS.get(c);
  }

  /** Returns whether it is a letter or a digit, no mark. */
  static boolean isAlphanumeric(char c) {
    return LETTERS.get(c) || DIGITS.get(c);
  }

  static boolean isBlank(char c) {
    return c == ' '
        || c == '\t'
        || c == '\u0085'
        || c == '\u00a0'
        || c >= '\u2000' && c <= '\u200a'
        || c == '\u3000';
  }

  /** Returns whether it is a token of its own. */
  static boolean isSymbol(char c) {
    return SYMBOLS.get(c);
  }

  static boolean isAsciiLetter(char c) {
    return isAsciiUpper(c) || isAsciiLower(c);
  }

  static boolean isAsciiUpper(char c) {
    return c >= 'A' && c <= 'Z';
  }

  static boolean isAsciiLower(char c) {
    return c >= 'a' && c <= 'z';
  }

  static boolean isAsciiDigit(char c) {
    return c >= '0' && c <= '9';
  }

  static boolean isAsciiAlphanumeric(char c) {
    return isAsciiLetter(c) || isAsciiDigit(c);
  }

  /** Returns the kind of all characters but those of a list. */
  static Kind except(String excluded) {
    BitSet set = new BitSet();
    excluded.chars().forEach(set::set);
    return c -> !set.get(c);
  }

  private static Map<String, BitSet> load() {
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(
                PtbCharacters.class.getResourceAsStream(RESOURCE), StandardCharsets.UTF_8))) {
      return lines
          .lines()
          .filter(line -> !line.startsWith("#"))
          .map(line -> List.of(line.split(" ")))
          .collect(
              Collectors.toUnmodifiableMap(
                  line -> line.get(0),
                  line -> ranges(line.subList(1, line.size())),
                  PtbCharacters::union));
    } catch (IOException e) {
      throw new UncheckedIOException("The resource " + RESOURCE + " cannot be read", e);
    }
  }

  private static BitSet ranges(List<String> ranges) {
    BitSet set = new BitSet();
    for (String range : ranges) {
      String[] ends = range.split("-");
      set.set(
          Integer.parseInt(ends[0], HEXADECIMAL),
          Integer.parseInt(ends[ends.length - 1], HEXADECIMAL) + 1);
    }
    return set;
  }

  private static BitSet union(BitSet one, BitSet other) {
    one.or(other);
    return one;
  }
}
