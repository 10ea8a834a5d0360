package io.prumerge.config;

import io.prumerge.architecture.TowerKind;
import java.util.Objects;

/**
 * Dimensions of the vision tower.
 *
 * @param encoder its layers L; the tower has hidden states 0..L of width C
 * @param channels input channels
 * @param imageSize side S of the square input in pixels
 * @param patchSize side of one square patch in pixels
 * @param kind CLIP's, EVA's or SigLIP's
 */
public record VisionConfig(
    Encoder encoder, int channels, int imageSize, int patchSize, TowerKind kind) {

  /** Keeps the number of patches, and of pixels per channel, within an int. */
  private static final int MAX_PATCHES_PER_SIDE = 10_000;

  public VisionConfig {
    encoder.require("vision");
    Require.positive("vision num_channels", channels);
    Require.positive("vision image_size", imageSize);
    Require.positive("vision patch_size", patchSize);
    Objects.requireNonNull(kind, "kind is null");
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
    return encoder.hiddenSize() / encoder.heads();
  }

  /** Returns the patches along one side; pixels beyond the last whole patch are not used. */
  public int gridSide() {
    return imageSize / patchSize;
  }

  /** Returns the patches P of one image, row-major. */
  public int patches() {
    return gridSide() * gridSide();
  }

  /** Returns the positions of the tower: the patches, and the class position where there is one. */
  public int positions() {
    return patches() + kind.classTokens();
  }
}
