package io.prumerge.reduction.prumerge;

/**
 * The interquartile-range rule of PruMerge ({@code outlier_dectection} in the official {@code
 * clip_encoder.py}): a score is an outlier if it lies strictly above Q3 + 1.5 (Q3 - Q1). The lower
 * fence is not used.
 *
 * <p>All arithmetic is float32, rounded after each operation as in numpy 2 for float32 arrays, so
 * that the count equals the official one. A more exact threshold could give another count.
 */
public final class Outliers {
  private Outliers() {}

  /**
   * Returns the number of outliers among the scores: 0 if Q1 = Q3 = maximum, and never more than a
   * quarter.
   */
  public static int count(float[] scores) {
    float fence = fence(scores);
    int count = 0;
    for (float score : scores) {
      if (score > fence) {
        count++;
      }
    }
    return count;
  }

  /** Returns Q3 + 1.5 (Q3 - Q1). */
  static float fence(float[] scores) {
    return Quartiles.of(scores).fence();
  }

  /**
   * Returns the linear interpolation at position (n - 1) * share of the sorted values. From a
   * weight of one half on, numpy interpolates down from the upper neighbour; the two ways round
   * differently.
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
