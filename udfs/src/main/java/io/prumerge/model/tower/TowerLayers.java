package io.prumerge.model.tower;

import io.prumerge.config.LlavaConfig;
import io.prumerge.reduction.InTower;
import io.prumerge.torch.Torch;
import java.util.List;

/** The layers of the tower that the features need, one by one, for methods that act inside it. */
final class TowerLayers {

  private final Torch torch;
  private final LlavaConfig config;
  private final Torch.Value weights;
  private final Torch.Value like;

  /**
   * @param weights of all layers, a list
   * @param like tensors beside which others are made
   */
  TowerLayers(Torch torch, LlavaConfig config, Torch.Value weights, Torch.Value like) {
    this.torch = torch;
    this.config = config;
    this.weights = weights;
    this.like = like;
  }

  int count() {
    return config.featureDepth();
  }

  /** How many run for all methods together before this one's patches part from the others'. */
  int shared(InTower method) {
    return Math.max(0, Math.min(count(), method.shared(count())));
  }

  /**
   * A layer's attention over rows [R, C] of sequences.
   *
   * @param lengths rows of each sequence
   * @param together whether they are computed at once, which takes equal lengths
   * @param sizes how often each row counts as a key [R]; none for once each
   * @return the rows, and lists of queries, keys and values
   */
  Torch.Value[] attention(
      int layer, Torch.Value rows, int[] lengths, boolean together, List<Torch.Value> sizes) {
    try (Torch.Value result =
        torch.call(
            "tower_attention",
            rows,
            lengths,
            together,
            sizes,
            weights,
            layer,
            config.vision().heads(),
            config.vision().layerNormEps())) {
      return result.elements();
    }
  }

  /** A layer's MLP over rows [R, C]. */
  Torch.Value mlp(int layer, Torch.Value rows) {
    return torch.call(
        "tower_mlp",
        rows,
        weights,
        layer,
        config.vision().activation().ordinal(),
        config.vision().layerNormEps());
  }

  /** How often rows count, [R]. */
  Torch.Value sizes(float[] sizes) {
    return torch.tensor(sizes, like, sizes.length);
  }
}
