package io.prumerge.architecture;

/** The vision towers. */
public enum TowerKind {
  CLIP,
  EVA,
  /** EVA's whose queries, keys and values have no bias. */
  EVA_WITHOUT_BIASES,
  /** CLIP's layers over the patches alone, with no norm before them. */
  SIGLIP;

  /** Rows before those of the patches: the class token's, where there is one. */
  public int classTokens() {
    return this == SIGLIP ? 0 : 1;
  }

  /**
   * The weights of a tower of these dimensions.
   *
   * @param featureDepth layers that the features need, all of an EVA tower
   * @param positions the patches, and the class token where there is one
   */
  public TowerWeights weights(
      long width,
      long mlp,
      int layers,
      int featureDepth,
      long positions,
      long patchSize,
      long channels) {
    return switch (this) {
      case CLIP, SIGLIP ->
          new ClipWeights(
              width, mlp, layers, featureDepth, positions, patchSize, channels, classTokens() > 0);
      case EVA -> new EvaWeights(width, mlp, layers, positions, patchSize, channels, true);
      case EVA_WITHOUT_BIASES ->
          new EvaWeights(width, mlp, layers, positions, patchSize, channels, false);
    };
  }
}
