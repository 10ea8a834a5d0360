package io.prumerge.reduction;

/**
 * The interquartile-range rule of PruMerge ({@code outlier_dectection} in the official {@code
 * clip_encoder.py}): a score is an outlier if it lies strictly above Q3 + 1.5 (Q3 - Q1). The lower
 * fence is not used.
 *
 * <p>Everything is float32 with a rounding after each operation, as numpy 2 computes it for a
 * float32 array, so that the count is the official one and not one of a more exact threshold.
 */
final class Outliers {
  private Outliers() {}

  /**
   * How many of the scores are outliers: 0 where Q1 = Q3 = maximum; never above a quarter of them.
   */
  static int count(float[] scores) {
    float fence = fence(scores);
    int count = 0;
    for (float score : scores) {
      if (score > fence) {
        count++;
      }
    }
    return count;
  }

  /** Q3 + 1.5 (Q3 - Q1). */
  static float fence(float[] scores) {
    return Quartiles.of(scores).fence();
  }

  /**
   * Linear interpolation at position (n - 1) share of the sorted values. From the half on numpy
   * steps back from the upper neighbour; the two ways round differently.
   */
  static float percentile(float[] sorted, float share) {
    float position = (sorted.length - 1) * share;
    int below = (int) position;
    int above = Math.min(below + 1, sorted.length - 1);
    float weight = position - below;
    float gap = sorted[above] - sorted[below];
    return weight >= 0.5f ? sorted[above] - gap * (1 - weight) : sorted[below] + gap * weight;
  }
}
