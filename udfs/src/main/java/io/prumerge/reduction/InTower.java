package io.prumerge.reduction;

import java.util.Set;

/**
 * What a method does to an image's patches inside the vision tower. It shares the layers below its
 * first cut with all other methods, and has a run of the tower of its own from there on. Stateless
 * and thread-safe; equal ones do the same to an image.
 *
 * <p>The class token, where there is one, stays in front of the patches, whatever happens to these.
 * Layers count from 0; the tower ends with the last one that the features need.
 */
public interface InTower {

  ReductionPlace place();

  /**
   * Returns whether a position counts in the attention as often as it has patches: the logarithm of
   * that number is added to the products of queries and keys.
   */
  boolean proportional();

  /**
   * Returns whether the views of an image go on with equally many patches: as many as the one of
   * them whose {@link TowerPass#most} is least.
   */
  default boolean together() {
    return false;
  }

  /** Returns the evidence that {@link TowerPass#next} needs of a layer. */
  Set<LayerView> sees();

  /**
   * Returns how many layers run for all methods together, because every patch is still there after
   * them. The method may look at each of them, and cut after the last.
   *
   * @param layers of the tower
   */
  int shared(int layers);

  /**
   * Begins an image's way through the tower.
   *
   * @param patches that it has, N
   * @param layers of the tower
   * @param tokens that are to be left
   * @throws ReductionException if the method cannot leave so many
   */
  TowerPass way(int patches, int layers, int tokens);
}
