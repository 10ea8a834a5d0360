package io.prumerge.architecture;

/** The vision towers. */
public enum TowerKind {
  CLIP,
  EVA,
  /** EVA's whose queries, keys and values have no bias. */
  EVA_WITHOUT_BIASES;

  /** Whether a norm is before the first layer; else the features go through one behind the last. */
  public boolean normsFirst() {
    return this == CLIP;
  }

  /**
   * The weights of a tower of these dimensions.
   *
   * @param featureDepth layers that the features need, all of an EVA tower
   * @param positions the class token and the patches
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
      case CLIP ->
          new ClipWeights(width, mlp, layers, featureDepth, positions, patchSize, channels);
      case EVA -> new EvaWeights(width, mlp, layers, positions, patchSize, channels, true);
      case EVA_WITHOUT_BIASES ->
          new EvaWeights(width, mlp, layers, positions, patchSize, channels, false);
    };
  }
}
