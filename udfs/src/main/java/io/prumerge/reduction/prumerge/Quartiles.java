package io.prumerge.reduction.prumerge;

import java.util.Arrays;

/**
 * First and third quartile of an image's scores, in float32 as numpy computes them, and the fence
 * that PruMerge draws from them.
 */
public record Quartiles(float first, float third) {

  /** Quartiles of at least one score, in any order. */
  public static Quartiles of(float[] scores) {
    float[] sorted = scores.clone();
    Arrays.sort(sorted);
    return new Quartiles(Outliers.percentile(sorted, 0.25f), Outliers.percentile(sorted, 0.75f));
  }

  /** Returns Q3 + 1.5 (Q3 - Q1): strictly larger scores are outliers. */
  public float fence() {
    return third + 1.5f * (third - first);
  }
}
