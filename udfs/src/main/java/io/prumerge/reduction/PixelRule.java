package io.prumerge.reduction;

import io.prumerge.image.PixelBlocks;

/**
 * What a method does to a picture's pixels before the vision tower, which then runs over the blocks
 * that are left alone, each where it stands in the picture. Stateless and thread-safe; equal ones
 * leave the same.
 */
@FunctionalInterface
public interface PixelRule {

  /**
   * Returns the blocks of a view that are left, rising; at least one.
   *
   * @param blocks of the view, numbered row by row
   */
  int[] kept(PixelBlocks blocks);
}
