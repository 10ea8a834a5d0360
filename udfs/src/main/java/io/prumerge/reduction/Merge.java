package io.prumerge.reduction;

import java.util.List;

/**
 * The patches that PruMerge merges into one kept patch: it adds their features, each times the CLS
 * attention to it, to the kept patch's feature.
 *
 * @param kept the patch
 * @param neighbours the most similar one first
 */
public record Merge(int kept, List<Neighbour> neighbours) {

  public Merge {
    neighbours = List.copyOf(neighbours);
  }

  /** Returns the same with patches that are numbered from another number than 0 on. */
  public Merge from(int first) {
    return new Merge(
        first + kept,
        neighbours.stream()
            .map(one -> new Neighbour(first + one.patch(), one.cosine(), one.weight()))
            .toList());
  }

  /**
   * A patch that is merged into another.
   *
   * @param patch its index; it may be a kept patch itself
   * @param cosine of both patches' keys in the tower's last layer, -1 to 1
   * @param weight the CLS attention to it
   */
  public record Neighbour(int patch, float cosine, float weight) {}
}
