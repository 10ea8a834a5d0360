package io.prumerge.family;

import io.prumerge.architecture.RowConnector;
import io.prumerge.architecture.TowerDimensions;
import io.prumerge.architecture.TowerKind;
import io.prumerge.architecture.TowerWeights;

/** The kinds of Qwen's towers over pictures of any size. */
enum QwenKind implements TowerKind {
  QWEN2_VL,
  /** Most layers attend within windows. */
  QWEN2_5_VL,
  /** Learned positions too, and rows of earlier layers in addition to the last one's. */
  QWEN3_VL;

  @Override
  public int classTokens() {
    return 0;
  }

  @Override
  public boolean anySize() {
    return true;
  }

  @Override
  public int block() {
    return 2;
  }

  @Override
  public boolean learnsPositions() {
    return this == QWEN3_VL;
  }

  @Override
  public TowerWeights weights(TowerDimensions of) {
    return new QwenTower(
        of.width(), of.mlp(), of.layers(), of.positions(), of.patchSize(), of.channels(), this);
  }

  @Override
  public RowConnector connector(long in, long width, int deeper) {
    return new QwenMerger(in, width, this, deeper);
  }
}
