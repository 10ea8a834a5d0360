package io.prumerge.mini.scene;

import java.util.ArrayList;
import java.util.List;

/** Chooses what to print and where. */
final class Words {

  /** Every real word, in the order of the resource. */
  static final List<String> REAL = Resources.lines("words.txt");

  private static final int REAL_PERCENT = 50;
  private static final int RANDOM_PERCENT = 30;

  private Words() {}

  static PrintedWord draw(SceneRandom random) {
    WordKind kind = kind(random.below(100));
    String text =
        switch (kind) {
          case REAL -> random.pick(REAL);
          case RANDOM -> letters(random.between(3, 5), random);
          case NUMBER ->
              Integer.toString(
                  random.chance(50) ? random.between(10, 99) : random.between(100, 999));
        };
    return new PrintedWord(text, kind, box(text.length(), random));
  }

  private static WordKind kind(int percent) {
    if (percent < REAL_PERCENT) {
      return WordKind.REAL;
    }
    return percent < REAL_PERCENT + RANDOM_PERCENT ? WordKind.RANDOM : WordKind.NUMBER;
  }

  private static String letters(int count, SceneRandom random) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < count; i++) {
      text.append((char) ('A' + random.below(26)));
    }
    return text.toString();
  }

  /** A random box at least one patch from the border, clearly in the upper or the lower half. */
  private static Box box(int length, SceneRandom random) {
    int column = random.between(1, Scene.GRID - 1 - length);
    List<Integer> rows = new ArrayList<>(List.of(1, 2, 3, 4));
    rows.addAll(List.of(7, 8, 9, 10));
    return new Box(
        column * Scene.PATCH + random.between(-1, 1),
        random.pick(rows) * Scene.PATCH + random.between(-1, 1),
        length * Scene.PATCH,
        Scene.PATCH);
  }
}
