package io.prumerge.reduction;

import java.util.Map;

/** One image's way through the tower, for one thread. */
public interface TowerPass {

  /** Returns whether the method needs evidence of a layer that {@code patches} patches reach. */
  boolean looks(int layer, int patches);

  /**
   * Returns how many patches may go on at most, by what this image shows.
   *
   * @param patches that reach the layer
   * @param seen as of {@link #next}
   */
  default int most(int layer, int patches, Map<LayerView, float[]> seen) {
    return patches;
  }

  /**
   * Returns the patches that go on. Called for every layer that the method looks at, rising.
   *
   * @param patches that reach the layer, numbered from 0
   * @param most how many may go on: what {@link #most} says, or fewer
   * @param seen of each of {@link InTower#sees()}, row-major; shared, not to be written to
   */
  PatchGroups next(int layer, int patches, int most, Map<LayerView, float[]> seen);
}
