package io.prumerge.mini;

import java.util.List;

/**
 * A poor machine reader, as Rosetta was: it sees one word in five, misreads another one in five,
 * and finds nothing else. Most answers therefore have to come from the picture.
 */
final class OcrReader {

  private static final int RIGHT = 20;
  private static final int WRONG = 20;

  private OcrReader() {}

  /** No token or one. */
  static List<String> tokens(PrintedWord word, SceneRandom random) {
    int luck = random.below(100);
    if (luck < RIGHT) {
      return List.of(word.text());
    }
    return luck < RIGHT + WRONG ? List.of(Misreading.of(word.text(), random)) : List.of();
  }
}
