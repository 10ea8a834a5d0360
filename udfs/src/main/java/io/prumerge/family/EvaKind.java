package io.prumerge.family;

import io.prumerge.architecture.TowerKind;
import io.prumerge.architecture.TowerWeights;

/** The kinds of EVA's tower, all of whose layers the features need. */
enum EvaKind implements TowerKind {
  EVA,
  /** EVA's whose queries, keys and values have no bias. */
  EVA_WITHOUT_BIASES;

  @Override
  public int classTokens() {
    return 1;
  }

  @Override
  public boolean normsFirst() {
    return false;
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
    return new EvaTower(width, mlp, layers, positions, patchSize, channels, this == EVA);
  }
}
