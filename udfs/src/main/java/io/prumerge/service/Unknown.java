package io.prumerge.service;

import io.prumerge.lang.Text;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/** Words the refusal of a name that is none of the known ones, with those that it is like. */
public final class Unknown {

  /** The most names that are suggested. */
  private static final int MOST = 3;

  /** Letters of a name that one mistake is allowed for. */
  private static final int LETTERS_PER_MISTAKE = 3;

  private Unknown() {}

  /**
   * Returns the message.
   *
   * @param kind what is named, such as {@code method}
   * @param name as it was given
   */
  public static String message(String kind, String name, Collection<String> known) {
    return Text.format(
        "Unknown %s '%s'; known: %s%s",
        kind, name, known.isEmpty() ? "(none)" : String.join(", ", known), suggestion(name, known));
  }

  /** Returns the names that may have been meant, as the end of a message; empty without any. */
  public static String suggestion(String name, Collection<String> known) {
    List<String> near = near(name, known);
    return near.isEmpty() ? "" : "; did you mean " + String.join(" or ", near) + "?";
  }

  /** Returns the names that may have been meant, the nearest first. */
  static List<String> near(String name, Collection<String> known) {
    String wanted = name.toLowerCase(Locale.ROOT);
    return known.stream()
        .filter(other -> isNear(wanted, other.toLowerCase(Locale.ROOT)))
        .sorted(Comparator.comparingInt(other -> mistakes(wanted, other.toLowerCase(Locale.ROOT))))
        .limit(MOST)
        .toList();
  }

  private static boolean isNear(String name, String other) {
    boolean begins = name.length() >= LETTERS_PER_MISTAKE && other.startsWith(name);
    int longer = Math.max(name.length(), other.length());
    return begins || mistakes(name, other) <= longer / LETTERS_PER_MISTAKE;
  }

  /**
   * Returns the letters to insert, to remove, to change or to swap with the next one (optimal
   * string alignment).
   */
  private static int mistakes(String name, String other) {
    int[][] counts = new int[name.length() + 1][other.length() + 1];
    for (int i = 0; i <= name.length(); i++) {
      for (int j = 0; j <= other.length(); j++) {
        if (i == 0 || j == 0) {
          counts[i][j] = i + j;
          continue;
        }
        int same = name.charAt(i - 1) == other.charAt(j - 1) ? 0 : 1;
        counts[i][j] =
            Math.min(counts[i - 1][j - 1] + same, 1 + Math.min(counts[i - 1][j], counts[i][j - 1]));
        if (i > 1
            && j > 1
            && name.charAt(i - 1) == other.charAt(j - 2)
            && name.charAt(i - 2) == other.charAt(j - 1)) {
          counts[i][j] = Math.min(counts[i][j], counts[i - 2][j - 2] + 1);
        }
      }
    }
    return counts[name.length()][other.length()];
  }

  /**
   * Returns the constant that a text spells, in lower case and with hyphens, whatever its case.
   *
   * @throws IllegalArgumentException with the known ones
   */
  public static <E extends Enum<E>> E choice(Class<E> type, String kind, String text) {
    return Arrays.stream(type.getEnumConstants())
        .filter(constant -> spelling(constant).equalsIgnoreCase(text))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException(message(kind, text, spellings(type))));
  }

  /** Returns how a constant is spelt as a value. */
  public static String spelling(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** Returns how the constants are spelt, in their order. */
  public static <E extends Enum<E>> List<String> spellings(Class<E> type) {
    return Arrays.stream(type.getEnumConstants()).map(Unknown::spelling).toList();
  }
}
