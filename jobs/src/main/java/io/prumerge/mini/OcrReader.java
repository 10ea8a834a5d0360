package io.prumerge.mini;

import io.prumerge.mini.question.Misreading;
import io.prumerge.mini.scene.PrintedWord;
import io.prumerge.mini.scene.SceneRandom;
import java.util.List;

/**
 * A poor OCR system, as Rosetta was: it reads one word in five correctly, misreads one in five, and
 * misses the rest. Most answers therefore have to come from the picture.
 */
final class OcrReader {

  private static final int RIGHT = 20;
  private static final int WRONG = 20;

  private OcrReader() {}

  /** Returns the tokens read: none or one. */
  static List<String> tokens(PrintedWord word, SceneRandom random) {
    int luck = random.below(100);
    if (luck < RIGHT) {
      return List.of(word.text());
    }
    return luck < RIGHT + WRONG ? List.of(Misreading.of(word.text(), random)) : List.of();
  }
}
