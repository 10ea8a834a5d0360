package io.prumerge.reduction;

/** A method that hands all tokens to the decoder, and drops those inside it that its cuts name. */
public abstract class DecoderReducer implements TokenReducer {

  private final MethodSpec spec;

  protected DecoderReducer(MethodSpec spec) {
    this.spec = spec;
  }

  @Override
  public MethodSpec spec() {
    return spec;
  }

  @Override
  public boolean scored() {
    return false;
  }

  @Override
  public boolean readsAttention() {
    return false;
  }

  @Override
  public int tokens(PatchTokens patches) {
    return patches.tokens();
  }

  @Override
  public Reduction reduce(PatchTokens patches) {
    return patches.all();
  }
}
