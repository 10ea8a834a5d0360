package io.prumerge.config;

import io.prumerge.architecture.TowerKind;
import java.util.Objects;

/**
 * Dimensions of the vision tower.
 *
 * @param hiddenSize width C of every position
 * @param intermediateSize width of the MLP
 * @param layers encoder layers L; the tower has hidden states 0..L
 * @param heads attention heads
 * @param channels input channels
 * @param imageSize side S of the square input in pixels
 * @param patchSize side of one square patch in pixels
 * @param activation of the MLP
 * @param layerNormEps inside the root of every layer norm
 * @param kind CLIP's, EVA's or SigLIP's
 */
public record VisionConfig(
    int hiddenSize,
    int intermediateSize,
    int layers,
    int heads,
    int channels,
    int imageSize,
    int patchSize,
    Activation activation,
    double layerNormEps,
    TowerKind kind) {

  /** Keeps the number of patches, and of pixels per channel, within an int. */
  private static final int MAX_PATCHES_PER_SIDE = 10_000;

  /** A CLIP tower. */
  public VisionConfig(
      int hiddenSize,
      int intermediateSize,
      int layers,
      int heads,
      int channels,
      int imageSize,
      int patchSize,
      Activation activation,
      double layerNormEps) {
    this(
        hiddenSize,
        intermediateSize,
        layers,
        heads,
        channels,
        imageSize,
        patchSize,
        activation,
        layerNormEps,
        TowerKind.CLIP);
  }

  public VisionConfig {
    Require.positive("vision hidden_size", hiddenSize);
    Require.positive("vision intermediate_size", intermediateSize);
    Require.layers("vision num_hidden_layers", layers);
    Require.positive("vision num_attention_heads", heads);
    Require.positive("vision num_channels", channels);
    Require.positive("vision image_size", imageSize);
    Require.positive("vision patch_size", patchSize);
    Objects.requireNonNull(activation, "activation is null");
    Require.positive("vision layer_norm_eps", layerNormEps);
    Objects.requireNonNull(kind, "kind is null");
    Require.multiple("vision hidden_size", hiddenSize, "num_attention_heads", heads);
    if (patchSize > imageSize) {
      throw new CheckpointException(
          "vision patch_size " + patchSize + " is larger than image_size " + imageSize);
    }
    if (imageSize / patchSize > MAX_PATCHES_PER_SIDE) {
      throw new CheckpointException(
          "vision image_size "
              + imageSize
              + " has more than "
              + MAX_PATCHES_PER_SIDE
              + " patches of "
              + patchSize
              + " along a side");
    }
  }

  public int headDim() {
    return hiddenSize / heads;
  }

  /** Patches along one side; pixels beyond the last whole patch are not used. */
  public int gridSide() {
    return imageSize / patchSize;
  }

  /** Patches P of one image, row-major. */
  public int patches() {
    return gridSide() * gridSide();
  }

  /** Positions of the tower: the patches, and the class position where there is one. */
  public int positions() {
    return patches() + kind.classTokens();
  }
}
