package io.prumerge.mini.scene;

/** Indefinite articles for the nouns of questions. */
public final class Articles {

  private static final String VOWELS = "aeiou";

  private Articles() {}

  /** {@code a red circle}, {@code an orange star}. */
  public static String a(String noun) {
    return (VOWELS.indexOf(noun.charAt(0)) < 0 ? "a " : "an ") + noun;
  }
}
