package io.prumerge.plan;

import io.prumerge.reduction.CountedPatches;
import io.prumerge.reduction.Stage;
import io.prumerge.reduction.TowerEvidence;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/**
 * A stand-in for an unknown image, for counting the tokens that a reducer keeps. Its attention is
 * {@link CountedPatches#typicalAttention}. Its patches are unlike each other. It has no features.
 */
final class TypicalImage extends CountedPatches {

  private final int patches;
  private final int tokens;
  private final int towerLayers;
  private final int sequence;
  private final int viewCount;
  private final int view;

  /**
   * An image of one view.
   *
   * @param patches N, a square number
   * @param tokens tokens that the language model receives without reduction: the patches, and CLS
   *     if the checkpoint selects it too
   * @param towerLayers layers of the tower that the features need
   */
  TypicalImage(int patches, int tokens, int towerLayers) {
    this(patches, tokens, towerLayers, tokens, 1, 0);
  }

  /**
   * @param patches of one view, likewise
   * @param tokens that one view gives without reduction
   * @param sequence tokens that all views give without reduction
   * @param viewCount number of views
   * @param view which of them this is
   */
  TypicalImage(int patches, int tokens, int towerLayers, int sequence, int viewCount, int view) {
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
    this.towerLayers = towerLayers;
    this.sequence = sequence;
    this.viewCount = viewCount;
    this.view = view;
  }

  /** Tokens that all views give without reduction. */
  int sequence() {
    return sequence;
  }

  @Override
  public List<TypicalImage> views() {
    return IntStream.range(0, viewCount)
        .mapToObj(
            place -> new TypicalImage(patches, tokens, towerLayers, sequence, viewCount, place))
        .toList();
  }

  @Override
  public int view() {
    return view;
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
  protected int towerLayers() {
    return towerLayers;
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
      return typicalAttention(patches);
    }
    return new float[patches]; // features and keys of width 1
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
