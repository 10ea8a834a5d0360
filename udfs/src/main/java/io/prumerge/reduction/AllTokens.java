package io.prumerge.reduction;

/** {@code none}: the language model receives every token the checkpoint selects, in order. */
final class AllTokens implements TokenReducer {
  private final MethodSpec spec;

  AllTokens(MethodSpec spec) {
    new Parameters(spec);
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
  public boolean looks() {
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
