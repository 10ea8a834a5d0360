package io.prumerge.mini.question;

import java.util.List;

/** Numbers in words. */
public final class NumberWords {

  private static final List<String> WORDS =
      List.of("zero", "one", "two", "three", "four", "five", "six", "seven");

  private static final List<String> ORDINALS =
      List.of("first", "second", "third", "fourth", "fifth", "sixth");

  private NumberWords() {}

  /** Returns a number as a word: {@code three}. */
  public static String word(int number) {
    return WORDS.get(number);
  }

  /** Returns {@code first} for 0. */
  static String ordinal(int index) {
    return ORDINALS.get(index);
  }

  /** Returns the number of ordinals. */
  static int ordinals() {
    return ORDINALS.size();
  }
}
