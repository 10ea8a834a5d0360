package io.prumerge.family;

import io.prumerge.architecture.TowerDimensions;
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
  public TowerWeights weights(TowerDimensions of) {
    return new EvaTower(
        of.width(),
        of.mlp(),
        of.layers(),
        of.positions(),
        of.patchSize(),
        of.channels(),
        this == EVA);
  }
}
