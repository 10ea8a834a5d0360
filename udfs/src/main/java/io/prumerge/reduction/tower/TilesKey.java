package io.prumerge.reduction.tower;

import io.prumerge.reduction.Parameter;

/** The key that says how a method takes an image in tiles. */
final class TilesKey {

  /** Whether it takes each view by itself; its authors take all together. */
  static final Parameter<Boolean> EACH = Parameter.either("tiles", "all", "each");

  private TilesKey() {}
}
