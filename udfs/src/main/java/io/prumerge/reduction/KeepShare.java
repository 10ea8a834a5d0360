package io.prumerge.reduction;

/**
 * The share of the patches that PruMerge keeps for their score, and how many these are.
 *
 * <p>Both roundings of the official code stand: the ratio is a double, and kept = (int) (N *
 * ratio). For some grids that loses one (N = 49 with 1, 2, 4, 8, 16, 27 or 32 outliers); for 576 it
 * never does. Where the rule asks for nothing at all, one patch is kept, the one with the largest
 * score.
 *
 * @param ratio in (0, 1]
 * @param kept patches to keep, at least 0
 */
record KeepShare(double ratio, int kept) {

  /**
   * The share of outliers. Without any (flat attention) it is that of one outlier, which is kept;
   * the official code would keep none, and PruMerge+ divide by zero.
   *
   * @param scores one per patch
   */
  static KeepShare adaptive(float[] scores) {
    int outliers = Outliers.count(scores);
    double ratio = Math.max(1, outliers) / (double) scores.length;
    return new KeepShare(ratio, outliers == 0 ? 1 : (int) (scores.length * ratio));
  }

  /** A given share; one patch where it comes to less than one. */
  static KeepShare fixed(int patches, double ratio) {
    return new KeepShare(ratio, Math.max(1, (int) (patches * ratio)));
  }

  /** As the options say. */
  static KeepShare of(float[] scores, PruMergeOptions options) {
    return options.ratio().isPresent()
        ? fixed(scores.length, options.ratio().getAsDouble())
        : adaptive(scores);
  }

  /** Distance between two tokens of this share: (int) (1 / ratio), as the official code has it. */
  int step() {
    return (int) (1 / ratio);
  }
}
