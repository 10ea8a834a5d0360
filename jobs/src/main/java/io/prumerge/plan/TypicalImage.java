package io.prumerge.plan;

import io.prumerge.checkpoint.LlavaConfig;
import io.prumerge.cost.ModelShape;
import io.prumerge.model.ScriptProbe;
import io.prumerge.reduction.CountedPatches;
import io.prumerge.reduction.ScriptCall;
import io.prumerge.reduction.ScriptChoice;
import io.prumerge.reduction.Stage;
import io.prumerge.reduction.TowerEvidence;
import java.util.Locale;
import java.util.Optional;

/**
 * A stand-in for an unknown image, for counting the tokens that a reducer keeps. Its attention is
 * {@link CountedPatches#typicalAttention}. Its patches are unlike each other. It has no features.
 */
final class TypicalImage extends CountedPatches {

  private final int patches;
  private final int tokens;
  private final int towerLayers;
  private final Optional<ModelShape> shape;

  /**
   * @param patches N, a square number
   * @param tokens tokens that the language model receives without reduction: the patches, and CLS
   *     if the checkpoint selects it too
   * @param towerLayers layers of the tower that the features need
   * @param shape of the model, whose widths users' scripts are tried with
   */
  private TypicalImage(int patches, int tokens, int towerLayers, Optional<ModelShape> shape) {
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
    this.shape = shape;
  }

  /** An image of no certain model, for methods that are no scripts. */
  TypicalImage(int patches, int tokens, int towerLayers) {
    this(patches, tokens, towerLayers, Optional.empty());
  }

  /** An image of a model, with whose widths users' scripts are tried. */
  static TypicalImage of(LlavaConfig config) {
    return new TypicalImage(
        config.vision().patches(),
        config.visualTokens(),
        config.featureDepth(),
        Optional.of(ModelShape.of(config)));
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
    if (evidence instanceof TowerEvidence.Cosines
        || evidence instanceof TowerEvidence.KeyProducts
        || evidence instanceof TowerEvidence.Loadings) {
      return identity();
    }
    if (evidence instanceof TowerEvidence.FullWidthAttention
        || evidence instanceof TowerEvidence.ClassAttention
        || evidence instanceof TowerEvidence.PatchAttention
        || evidence instanceof TowerEvidence.ColumnAttention) {
      return typicalAttention(patches);
    }
    if (evidence instanceof TowerEvidence.ClipProducts) {
      float[] products = typicalAttention(patches);
      for (int patch = 0; patch < patches; patch++) {
        products[patch] = -products[patch]; // patches point away from what they show
      }
      return products;
    }
    return new float[patches]; // features and keys of width 1, one word like no patch
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

  @Override
  public ScriptChoice choose(ScriptCall call) {
    requirePatchesOnly();
    ModelShape model = shape.orElseThrow();
    return ScriptProbe.choose(call, model.vision(), model.text().width());
  }
}
