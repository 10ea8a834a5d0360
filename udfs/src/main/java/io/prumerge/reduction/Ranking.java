package io.prumerge.reduction;

import io.prumerge.lang.Text;
import java.util.Comparator;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;

/** Choices by score: argmax and top-k, with ties decided. */
public final class Ranking {
  private Ranking() {}

  /**
   * Returns the indices of the largest scores (top-k), largest first; of equal scores the lower
   * index.
   *
   * @param count k; with fewer scores, all of them
   */
  public static int[] top(float[] scores, int count) {
    return top(scores.length, count, index -> scores[index]);
  }

  /**
   * Returns the indices of the largest scores, where each is computed.
   *
   * @param all number of scores
   * @param count as in {@link #top(float[], int)}
   * @param score of an index
   */
  public static int[] top(int all, int count, IntToDoubleFunction score) {
    return IntStream.range(0, all)
        .boxed()
        .sorted(
            Comparator.comparingDouble((Integer index) -> -score.applyAsDouble(index))) // stable
        .limit(count)
        .mapToInt(Integer::intValue)
        .toArray();
  }

  /** Returns the index of the largest score (argmax); of equal ones the lower. */
  public static int largest(float[] scores) {
    int best = 0;
    for (int i = 1; i < scores.length; i++) {
      if (scores[i] > scores[best]) {
        best = i;
      }
    }
    return best;
  }

  /** Returns the indices of the top-k scores by rising index, as tokens stand in an image. */
  public static int[] topInOrder(int all, int count, IntToDoubleFunction score) {
    return IntStream.of(top(all, count, score)).sorted().toArray();
  }

  /**
   * Checks that scores can be ranked.
   *
   * @param what the scores are, in front of an index: "the attention to patch"
   * @return the scores
   * @throws ReductionException for NaN or an infinite score
   */
  public static float[] finite(MethodSpec method, String what, float[] scores) {
    for (int i = 0; i < scores.length; i++) {
      if (!Float.isFinite(scores[i])) {
        throw new ReductionException(
            Text.format(
                "Cannot choose tokens by %s: %s %d is %s; check the checkpoint's vision tower, or"
                    + " run it in fp32",
                method, what, i, scores[i]));
      }
    }
    return scores;
  }
}
