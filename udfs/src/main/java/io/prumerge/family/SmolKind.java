package io.prumerge.family;

import io.prumerge.architecture.LinearConnector;
import io.prumerge.architecture.RowConnector;
import io.prumerge.architecture.TowerDimensions;
import io.prumerge.architecture.TowerKind;
import io.prumerge.architecture.TowerWeights;
import java.util.List;
import java.util.stream.IntStream;

/**
 * SigLIP as Idefics3 and SmolVLM have it, with pixel shuffle (space-to-depth) before the connector.
 *
 * @param block patches along a block's side, their scale_factor
 */
record SmolKind(int block) implements TowerKind {

  /** The most patches along a block's side. */
  static final int MOST = 6;

  /** Returns the kinds with blocks of 1 to {@link #MOST} patches. */
  static List<TowerKind> all() {
    return IntStream.rangeClosed(1, MOST).<TowerKind>mapToObj(SmolKind::new).toList();
  }

  @Override
  public String name() {
    return "SIGLIP_BLOCKS_" + block;
  }

  @Override
  public int classTokens() {
    return 0;
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
