package io.prumerge.explain;

import io.prumerge.engine.Explanation;
import io.prumerge.engine.MethodChoice;
import io.prumerge.reduction.Merge;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The page's section about one method's merges in one image.
 *
 * @param method its spec
 * @param drawing SVG: a map of the merge
 * @param lines a description
 * @param tokens the kept patches in the order of the tokens
 */
record MergeSection(String method, String drawing, List<String> lines, List<Token> tokens) {

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
      Explanation explanation = ground.explanation();
      return new Token(
          number,
          TokenDrawing.of(ground, merge, number).element(),
          MergeText.caption(explanation, merge, number),
          MergeText.place(explanation, merge.kept()),
          MergeText.neighbours(explanation, merge));
    }
  }

  static MergeSection of(ImageCanvas ground, MethodChoice choice) {
    List<Merge> merges = choice.merges();
    return new MergeSection(
        choice.method().toString(),
        MergeDrawing.of(ground, choice).element(),
        MergeText.lines(ground.explanation(), choice),
        IntStream.range(0, merges.size())
            .mapToObj(i -> Token.of(ground, merges.get(i), i + 1))
            .toList());
  }
}
