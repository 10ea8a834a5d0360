package io.prumerge.architecture;

/** A kind of vision tower: what its dimensions do not say. Kinds of one name are equal. */
public interface TowerKind {

  /** Returns its name, in upper case; of all kinds only this one has it. */
  String name();

  /** Returns the rows before those of the patches: the class token's, where there is one. */
  int classTokens();

  /** Returns the class rows among the features; none where features are of blocks of patches. */
  default int classFeatures() {
    return block() > 1 ? 0 : classTokens();
  }

  /**
   * Returns whether pictures keep their size and aspect, instead of all becoming one square. Their
   * patches are then packed into one sequence, without padding.
   */
  default boolean anySize() {
    return false;
  }

  /**
   * Returns how many patches along each side of a block become one row of the features, side by
   * side: space-to-depth, which models call pixel shuffle, pixel unshuffle, or a patch merger.
   */
  default int block() {
    return 1;
  }

  /** Returns how many patches one row of the features is made of. */
  default int patchesOfBlock() {
    return block() * block();
  }

  /** Returns whether learned positions are added to the patches. */
  default boolean learnsPositions() {
    return true;
  }

  /** Returns whether a norm stands before the first layer. */
  default boolean normsFirst() {
    return block() == 1;
  }

  /** Returns the weights of a tower of these dimensions. */
  TowerWeights weights(TowerDimensions of);

  /**
   * Returns the connector of linear layers that models with this tower have.
   *
   * @param in width of the features
   * @param width hidden size of the decoder
   * @param deeper further levels of the features
   */
  default RowConnector connector(long in, long width, int deeper) {
    return new MlpConnector(in, width, true);
  }
}
