package io.prumerge.reduction.control;

import io.prumerge.reduction.MethodSpec;
import io.prumerge.reduction.PatchTokens;
import io.prumerge.reduction.Reduction;
import io.prumerge.reduction.TokenReducer;
import java.util.Map;
import java.util.TreeMap;

/** Base of the methods that keep some patches unchanged, whatever the patches show. */
abstract class SamplingReducer implements TokenReducer {
  private final MethodSpec spec;

  /**
   * @param parameters canonical values
   */
  SamplingReducer(String name, Map<String, String> parameters) {
    this.spec = new MethodSpec(name, new TreeMap<>(parameters));
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
