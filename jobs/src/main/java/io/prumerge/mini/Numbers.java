package io.prumerge.mini;

import java.util.List;

/** Numbers in words. */
final class Numbers {

  private static final List<String> WORDS =
      List.of("zero", "one", "two", "three", "four", "five", "six", "seven");

  private static final List<String> ORDINALS =
      List.of("first", "second", "third", "fourth", "fifth", "sixth");

  private Numbers() {}

  /** {@code three}. */
  static String word(int number) {
    return WORDS.get(number);
  }

  /** {@code first} for 0. */
  static String ordinal(int index) {
    return ORDINALS.get(index);
  }

  /** How many ordinals there are. */
  static int ordinals() {
    return ORDINALS.size();
  }
}
