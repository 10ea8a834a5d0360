package io.prumerge.plan;

import io.prumerge.reduction.CountedPatches;
import io.prumerge.reduction.Stage;
import io.prumerge.reduction.TowerEvidence;
import java.util.Arrays;
import java.util.Locale;

/**
 * A stand-in for an unknown image, for counting the tokens that a reducer keeps: 5.5 % of its
 * patches, spread over the image, are outliers of the class attention, the mean over LLaVA-1.5's
 * benchmarks (arXiv:2403.15388). Its patches are unlike each other. It has no features.
 */
final class TypicalImage extends CountedPatches {

  private static final double OUTLIERS = 0.055;

  /** Golden ratio: its multiples modulo 1 are spread evenly and aligned with no regular grid. */
  private static final double GOLDEN = (Math.sqrt(5) - 1) / 2;

  private final int patches;
  private final int tokens;

  /**
   * @param patches N, a square number
   * @param tokens tokens that the language model receives without reduction: the patches, and CLS
   *     if the checkpoint selects it too
   */
  TypicalImage(int patches, int tokens) {
    int side = (int) Math.round(Math.sqrt(patches));
    if (patches < 1 || side * side != patches || tokens < patches) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "Cannot estimate an image of %d patches and %d tokens: patches must be a square number, and tokens at least as many",
              patches,
              tokens));
    }
    this.patches = patches;
    this.tokens = tokens;
  }

  @Override
  public int count() {
    return patches;
  }

  @Override
  public int tokens() {
    return tokens;
  }

  @Override
  protected long width(Stage stage) {
    return 1;
  }

  @Override
  public int gridSide() {
    return (int) Math.round(Math.sqrt(patches));
  }

  @Override
  public float[] of(TowerEvidence evidence) {
    if (evidence instanceof TowerEvidence.Cosines || evidence instanceof TowerEvidence.Loadings) {
      return identity();
    }
    if (evidence instanceof TowerEvidence.FullWidthAttention
        || evidence instanceof TowerEvidence.ClassAttention
        || evidence instanceof TowerEvidence.ColumnAttention) {
      return attention();
    }
    return new float[patches]; // features and keys of width 1
  }

  private float[] attention() {
    float[] attention = new float[patches];
    Arrays.fill(attention, 1f / (2 * patches));
    long outliers = Math.max(1, Math.round(OUTLIERS * patches));
    for (long outlier = 0; outlier < outliers; outlier++) {
      double place = outlier * GOLDEN % 1;
      attention[(int) (place * patches)] = 1f / (2 * outliers);
    }
    return attention;
  }

  // No patch is like another.
  private float[] identity() {
    float[] identity = new float[Math.multiplyExact(patches, patches)];
    for (int patch = 0; patch < patches; patch++) {
      identity[patch * patches + patch] = 1;
    }
    return identity;
  }

  @Override
  public byte[] imageSha256() {
    return new byte[32];
  }
}
