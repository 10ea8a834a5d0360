package io.prumerge.architecture;

/** The kinds of CLIP's tower, and of those that are made as it is. */
public enum ClipKind implements TowerKind {
  CLIP,
  /** CLIP's layers over the patches alone, with no norm before them. */
  SIGLIP;

  @Override
  public int classTokens() {
    return this == CLIP ? 1 : 0;
  }

  @Override
  public boolean normsFirst() {
    return this == CLIP;
  }

  @Override
  public TowerWeights weights(TowerDimensions of) {
    return new ClipWeights(
        of.width(),
        of.mlp(),
        of.layers(),
        of.featureDepth(),
        of.positions(),
        of.patchSize(),
        of.channels(),
        this == CLIP);
  }
}
