package io.prumerge.family;

import io.prumerge.architecture.LinearConnector;
import io.prumerge.architecture.RowConnector;
import io.prumerge.architecture.TowerDimensions;
import io.prumerge.architecture.TowerKind;
import io.prumerge.architecture.TowerWeights;

/** SigLIP as Idefics3 and SmolVLM have it, by the patches along a block, their scale_factor. */
enum SmolKind implements TowerKind {
  SIGLIP_BLOCKS_1,
  SIGLIP_BLOCKS_2,
  SIGLIP_BLOCKS_3,
  SIGLIP_BLOCKS_4,
  SIGLIP_BLOCKS_5,
  SIGLIP_BLOCKS_6;

  @Override
  public int classTokens() {
    return 0;
  }

  @Override
  public int block() {
    return ordinal() + 1;
  }

  @Override
  public boolean normsFirst() {
    return false;
  }

  @Override
  public TowerWeights weights(TowerDimensions of) {
    return new SmolTower(
        of.width(), of.mlp(), of.layers(), of.positions(), of.patchSize(), of.channels());
  }

  @Override
  public RowConnector connector(long in, long width, int deeper) {
    return new LinearConnector(in, width, false);
  }
}
