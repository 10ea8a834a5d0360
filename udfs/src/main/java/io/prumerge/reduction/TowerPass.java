package io.prumerge.reduction;

import java.util.Map;

/** One image's way through the tower, for one thread. */
public interface TowerPass {

  /** Returns whether the method looks at a layer that so many patches reach. */
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
   * Returns what goes on. It is asked of every layer that the method looks at, by rising layer.
   *
   * @param patches that reach the layer, numbered from 0
   * @param most how many may go on: what {@link #most} says, or fewer
   * @param seen of each of {@link InTower#sees()}, row-major; shared, not to be written to
   */
  PatchGroups next(int layer, int patches, int most, Map<LayerView, float[]> seen);
}
