package io.prumerge.reduction.control;

import io.prumerge.reduction.MethodSpec;
import io.prumerge.reduction.Parameters;
import io.prumerge.reduction.PatchTokens;
import io.prumerge.reduction.Reduction;
import io.prumerge.reduction.TokenReducer;

/** Base of the methods that keep some patches unchanged, whatever the patches show. */
abstract class SamplingReducer implements TokenReducer {
  private final MethodSpec spec;

  SamplingReducer(Parameters parameters) {
    this.spec = parameters.spec();
  }

  /** Returns distinct patch indices, ascending; at least one. */
  abstract int[] selectPatches(PatchTokens patches);

  @Override
  public final MethodSpec spec() {
    return spec;
  }

  @Override
  public final int tokens(PatchTokens patches) {
    return selectPatches(patches).length;
  }

  @Override
  public final Reduction reduce(PatchTokens patches) {
    return patches.gather(selectPatches(patches));
  }
}
