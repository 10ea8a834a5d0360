package io.prumerge.reduction;

import java.util.List;

/**
 * What PruMerge adds to one kept patch's feature: the features of other patches, each times the CLS
 * attention to it.
 *
 * @param kept the patch
 * @param neighbours the most similar one first
 */
public record Merge(int kept, List<Neighbour> neighbours) {

  public Merge {
    neighbours = List.copyOf(neighbours);
  }

  /**
   * A patch that is merged into another.
   *
   * @param patch itself kept or not
   * @param cosine of both patches' keys in the tower's last layer, -1 to 1
   * @param weight the CLS attention to it
   */
  public record Neighbour(int patch, float cosine, float weight) {}
}
