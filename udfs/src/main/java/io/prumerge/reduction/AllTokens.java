package io.prumerge.reduction;

import java.util.Collections;
import java.util.List;

/** {@code none}: the language model receives every token the checkpoint selects, in order. */
final class AllTokens implements TokenReducer {
  private final MethodSpec spec;

  private AllTokens(Parameters parameters) {
    this.spec = new MethodSpec(parameters.method(), Collections.emptySortedMap());
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

  /** Creates this method's reducers; named in {@code META-INF/services}. */
  public static final class Factory implements ReducerFactory {

    @Override
    public String name() {
      return "none";
    }

    @Override
    public List<String> keys() {
      return List.of();
    }

    @Override
    public TokenReducer create(Parameters parameters) {
      return new AllTokens(parameters);
    }
  }
}
