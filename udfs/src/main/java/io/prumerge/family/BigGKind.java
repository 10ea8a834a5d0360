package io.prumerge.family;

import io.prumerge.architecture.TowerDimensions;
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
  public TowerWeights weights(TowerDimensions of) {
    return new BigGTower(
        of.width(), of.mlp(), of.layers(), of.heads(), of.patchSize(), of.channels());
  }
}
