package io.prumerge.reduction;

import java.util.Comparator;
import java.util.Locale;
import java.util.stream.IntStream;

/** Choices by score. */
public final class Ranking {
  private Ranking() {}

  /** The indices of the largest scores, largest first; of equal scores the lower index. */
  public static int[] top(float[] scores, int count) {
    return IntStream.range(0, scores.length)
        .boxed()
        .sorted(
            Comparator.comparing((Integer index) -> -scores[index])
                .thenComparing(Comparator.naturalOrder()))
        .limit(count)
        .mapToInt(Integer::intValue)
        .toArray();
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
            String.format(
                Locale.ROOT,
                "Cannot choose tokens by %s: %s %d is %s; check the checkpoint's vision tower, or run it in fp32",
                method,
                what,
                i,
                scores[i]));
      }
    }
    return scores;
  }
}
