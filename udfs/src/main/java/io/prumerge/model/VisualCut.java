package io.prumerge.model;

/**
 * Visual tokens that stop before a decoder layer: how a method drops tokens inside the model. What
 * goes on keeps its position.
 *
 * @param layer first layer that does not see the others, above 0
 * @param kept visual tokens that go on, ascending
 */
public record VisualCut(int layer, int[] kept) {
  public VisualCut {
    if (layer < 1) {
      throw new IllegalArgumentException(
          "Cannot cut visual tokens before layer " + layer + "; leave them out before the model");
    }
    kept = kept.clone();
    for (int i = 0; i < kept.length; i++) {
      if (kept[i] <= (i == 0 ? -1 : kept[i - 1])) {
        throw new IllegalArgumentException("Kept visual tokens are to be in ascending order");
      }
    }
  }
}
