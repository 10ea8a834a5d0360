package io.prumerge.model.tower;

import io.prumerge.config.LlavaConfig;
import io.prumerge.torch.Torch;
import java.util.List;

/** The layers of the tower that the features need, one by one, for methods that act inside it. */
final class TowerLayers {

  private final Torch torch;
  private final LlavaConfig config;
  private final TowerModule module;

  TowerLayers(Torch torch, LlavaConfig config, TowerModule module) {
    this.torch = torch;
    this.config = config;
    this.module = module;
  }

  /**
   * Returns the number of rows of an image before those of its patches: the class token's, where
   * there is one.
   */
  int classTokens() {
    return module.classTokens();
  }

  /** Waits until a GPU has done what it was asked. */
  void await() {
    module.await();
  }

  /** Returns how many there are, and which of them a method needs. */
  TowerReach reach() {
    return new TowerReach(config);
  }

  /**
   * Returns a layer's attention over rows [R, C] of sequences.
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
            module.layers(),
            layer,
            config.vision().encoder().heads(),
            config.vision().encoder().layerNormEps())) {
      return result.elements();
    }
  }

  /** Returns a layer's MLP over rows [R, C]. */
  Torch.Value mlp(int layer, Torch.Value rows) {
    return torch.call(
        "tower_mlp",
        rows,
        module.layers(),
        layer,
        config.vision().encoder().activation().code(),
        config.vision().encoder().layerNormEps());
  }

  /** Returns the token counts of rows, [R], on the device. */
  Torch.Value sizes(float[] sizes) {
    return module.tensor(sizes, sizes.length);
  }
}
