package io.prumerge.model.tower;

import io.prumerge.config.LlavaConfig;
import io.prumerge.torch.Torch;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * The tower over images that are smaller than its own size. Positions are interpolated as
 * transformers 4.57.1 does ({@code interpolate_pos_encoding} of CLIP's and SigLIP's embeddings), in
 * fp32.
 */
final class SmallImages implements AutoCloseable {

  private final Torch torch;
  private final LlavaConfig config;
  private final TowerModule module;
  private final Map<Integer, Torch.Value> resized = new HashMap<>();

  /**
   * @param module the tower's, not closed here
   */
  SmallImages(Torch torch, LlavaConfig config, TowerModule module) {
    this.torch = torch;
    this.config = config;
    this.module = module;
  }

  /**
   * The features [side x side, F] of one image; the caller closes them.
   *
   * @param pixels 3 x S x S, S = side x size of a patch
   */
  Torch.Value features(float[] pixels, int side) {
    int edge = side * config.vision().patchSize();
    TowerPlan plan = TowerPlan.plain(config.featureDepth());
    Torch.Value[] states = module.run(pixels, 1, edge, resized(side), plan);
    try (Torch.Value whole = torch.call("row", states[0], 0)) {
      return module.patches(whole);
    } finally {
      Arrays.stream(states).forEach(Torch.Value::close);
    }
  }

  // The tower's embeddings with other positions; kept, since every image asks for the same.
  private Torch.Value resized(int side) {
    synchronized (resized) {
      return resized.computeIfAbsent(side, module::resized);
    }
  }

  @Override
  public void close() {
    resized.values().forEach(Torch.Value::close);
  }
}
