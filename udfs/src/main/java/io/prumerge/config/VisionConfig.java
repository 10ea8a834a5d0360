package io.prumerge.config;

import io.prumerge.architecture.TowerKind;
import io.prumerge.image.size.NativeSize;
import java.util.List;
import java.util.Optional;

/**
 * Dimensions of the vision tower.
 *
 * @param encoder its layers L; the tower has hidden states 0..L of width C
 * @param channels input channels
 * @param imageSize side S of the square input in pixels; of the largest square one for a tower over
 *     pictures of any size
 * @param patchSize side of one square patch in pixels
 * @param kind what its dimensions do not say
 * @param windows that most layers attend within, if there are any
 * @param deepStack learned positions of a tower over pictures of any size, and layers whose outputs
 *     the decoder's first layers get, if it has them
 */
public record VisionConfig(
    Encoder encoder,
    int channels,
    int imageSize,
    int patchSize,
    TowerKind kind,
    Optional<WindowConfig> windows,
    Optional<DeepStack> deepStack) {

  /** Keeps the number of patches, and of pixels per channel, within an int. */
  private static final int MAX_PATCHES_PER_SIDE = 10_000;

  /** A tower all of whose layers attend to the whole view. */
  public VisionConfig(Encoder encoder, int channels, int imageSize, int patchSize, TowerKind kind) {
    this(encoder, channels, imageSize, patchSize, kind, Optional.empty(), Optional.empty());
  }

  public VisionConfig {
    encoder.require("vision");
    Require.positive("vision num_channels", channels);
    Require.positive("vision image_size", imageSize);
    Require.positive("vision patch_size", patchSize);
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

  /** Returns the layers from 0 whose outputs the decoder's first layers get; mostly none. */
  public List<Integer> deeper() {
    return deepStack.map(DeepStack::layers).orElse(List.of());
  }

  /** Returns whether a layer, from 0, attends to the whole view, instead of windows of it. */
  public boolean whole(int layer) {
    return windows.map(some -> some.full().contains(layer)).orElse(true);
  }

  public int headDim() {
    return encoder.hiddenSize() / encoder.heads();
  }

  /** Returns the side of what one row of the features is made of, in pixels. */
  public int blockSize() {
    return patchSize * kind.block();
  }

  /**
   * Returns the rows of the features along one side; pixels beyond the last whole one are not used.
   */
  public int gridSide() {
    return imageSize / blockSize();
  }

  /** Returns the rows P of the features of one view, which methods call its patches; row-major. */
  public int patches() {
    return gridSide() * gridSide();
  }

  /** Returns this tower over pictures of other sizes. */
  VisionConfig over(NativeSize size) {
    int side = (int) Math.sqrt(size.most());
    return new VisionConfig(
        encoder,
        channels,
        Math.max(1, side / blockSize()) * blockSize(),
        patchSize,
        kind,
        windows,
        deepStack);
  }

  /** Returns the positions of the tower: all patches, and the class position where there is one. */
  public int positions() {
    return patches() * kind.patchesOfBlock() + kind.classTokens();
  }
}
