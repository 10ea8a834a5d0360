package io.prumerge.reduction;

import java.util.List;

/** A method that hands all tokens to the decoder, and drops those inside it that its cuts name. */
abstract class DecoderReducer implements TokenReducer {

  private final MethodSpec spec;
  private final List<LayerCut> cuts;

  /**
   * @param cuts by rising layer
   */
  DecoderReducer(MethodSpec spec, List<LayerCut> cuts) {
    this.spec = spec;
    this.cuts = List.copyOf(cuts);
  }

  @Override
  public MethodSpec spec() {
    return spec;
  }

  @Override
  public int tokens(PatchTokens patches) {
    return patches.tokens();
  }

  @Override
  public Reduction reduce(PatchTokens patches) {
    return patches.all();
  }

  @Override
  public List<LayerCut> cuts() {
    return cuts;
  }
}
