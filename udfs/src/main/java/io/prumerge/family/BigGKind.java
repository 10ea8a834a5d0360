package io.prumerge.family;

import io.prumerge.architecture.TowerKind;
import io.prumerge.architecture.TowerWeights;

/** The tower of the first Qwen-VL. */
enum BigGKind implements TowerKind {
  /** OpenCLIP's ViT-bigG without its class token. */
  BIG_G;

  @Override
  public int classTokens() {
    return 0;
  }

  @Override
  public TowerWeights weights(
      long width,
      long mlp,
      int layers,
      int heads,
      int featureDepth,
      long positions,
      long patchSize,
      long channels) {
    return new BigGTower(width, mlp, layers, heads, patchSize, channels);
  }
}
