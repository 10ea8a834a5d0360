package io.prumerge.mini;

/** Words of questions. */
final class Articles {

  private static final String VOWELS = "aeiou";

  private Articles() {}

  /** {@code a red circle}, {@code an orange star}. */
  static String a(String noun) {
    return (VOWELS.indexOf(noun.charAt(0)) < 0 ? "a " : "an ") + noun;
  }
}
