package io.prumerge.family;

import io.prumerge.architecture.RowConnector;
import io.prumerge.architecture.TowerDimensions;
import io.prumerge.architecture.TowerKind;
import io.prumerge.architecture.TowerWeights;

/** The kinds of InternVL's tower, InternViT. */
enum InternKind implements TowerKind {
  /** InternViT-300M. */
  INTERN_VIT,
  /** InternViT-6B: norms without biases, of queries and keys too. */
  INTERN_VIT_6B;

  @Override
  public int classTokens() {
    return 1;
  }

  @Override
  public int block() {
    return 2;
  }

  @Override
  public TowerWeights weights(TowerDimensions of) {
    return new InternTower(
        of.width(),
        of.mlp(),
        of.layers(),
        of.positions(),
        of.patchSize(),
        of.channels(),
        this == INTERN_VIT_6B);
  }

  @Override
  public RowConnector connector(long in, long width, int deeper) {
    return new InternConnector(in, width);
  }
}
