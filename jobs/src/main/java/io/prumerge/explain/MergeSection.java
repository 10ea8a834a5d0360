package io.prumerge.explain;

import io.prumerge.engine.MethodChoice;
import io.prumerge.reduction.Merge;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The page's section about one method's merges in the whole image or in its tiles.
 *
 * @param title the method, and which patches these are
 * @param drawing SVG: a map of the merge
 * @param lines a description
 * @param tokens the kept patches in the order of the tokens
 */
record MergeSection(String title, String drawing, List<String> lines, List<Token> tokens) {

  /**
   * One token.
   *
   * @param number from 1
   * @param drawing SVG: the patches that are merged into it
   * @param caption its attention and merged weight
   * @param place row and column of the kept patch
   * @param neighbours the patches that are merged into it, with weights
   */
  record Token(int number, String drawing, String caption, String place, String neighbours) {

    private static Token of(ImageCanvas ground, Merge merge, int number) {
      PatchMap map = ground.map();
      return new Token(
          number,
          TokenDrawing.of(ground, merge, number).element(),
          MergeText.caption(map, merge, number),
          MergeText.place(map, merge.kept()),
          MergeText.neighbours(map, merge));
    }
  }

  /** A section for each canvas on which something is merged. */
  static List<MergeSection> of(List<ImageCanvas> grounds, MethodChoice choice) {
    return grounds.stream()
        .filter(ground -> !ground.map().merges(choice).isEmpty())
        .map(ground -> of(ground, choice))
        .toList();
  }

  private static MergeSection of(ImageCanvas ground, MethodChoice choice) {
    List<Merge> merges = ground.map().merges(choice);
    return new MergeSection(
        choice.method() + (ground.map().isTiled() ? " in the tiles" : ""),
        MergeDrawing.of(ground, choice).element(),
        MergeText.lines(ground.map(), choice),
        IntStream.range(0, merges.size())
            .mapToObj(i -> Token.of(ground, merges.get(i), i + 1))
            .toList());
  }
}
