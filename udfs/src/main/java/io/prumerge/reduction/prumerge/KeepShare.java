package io.prumerge.reduction.prumerge;

/**
 * The share and the number of the patches that PruMerge keeps by score.
 *
 * <p>Rounding follows the official code: the ratio is a double, and kept = (int) (N * ratio). For
 * some grids this loses one patch (N = 49 with 1, 2, 4, 8, 16, 27 or 32 outliers), for N = 576
 * never. Without any outlier, or with a given ratio of less than one patch, one patch is kept: the
 * one with the largest score.
 *
 * @param ratio in (0, 1]
 * @param kept patches to keep, at least 0
 */
record KeepShare(double ratio, int kept) {

  /**
   * Returns the share of outliers. Without any outlier (flat attention), one patch is kept; the
   * official code would keep none, and its PruMerge+ would divide by zero.
   *
   * @param scores one per patch
   */
  static KeepShare adaptive(float[] scores) {
    int outliers = Outliers.count(scores);
    double ratio = Math.max(1, outliers) / (double) scores.length;
    return new KeepShare(ratio, outliers == 0 ? 1 : (int) (scores.length * ratio));
  }

  /** Returns a given share; one patch if the share is less than one patch. */
  static KeepShare fixed(int patches, double ratio) {
    return new KeepShare(ratio, Math.max(1, (int) (patches * ratio)));
  }

  /** Returns the ratio of the options if they give one, else the adaptive share. */
  static KeepShare of(float[] scores, PruMergeOptions options) {
    return options.ratio().isPresent()
        ? fixed(scores.length, options.ratio().get())
        : adaptive(scores);
  }

  /**
   * Returns the distance between two sampled tokens at this share: (int) (1 / ratio), as in the
   * official code.
   */
  int step() {
    return (int) (1 / ratio);
  }
}
