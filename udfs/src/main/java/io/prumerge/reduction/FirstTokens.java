package io.prumerge.reduction;

import java.util.Map;
import java.util.stream.IntStream;

/** {@code first}: the first n patches in raster order, the paper's "sequential" baseline. */
final class FirstTokens extends SamplingReducer {
  private final TokenBudget budget;

  FirstTokens(MethodSpec spec) {
    this(spec.name(), TokenBudget.of(new Parameters(spec, TokenBudget.KEY)));
  }

  private FirstTokens(String name, TokenBudget budget) {
    super(name, Map.of(TokenBudget.KEY, budget.value()));
    this.budget = budget;
  }

  @Override
  public boolean looks() {
    return budget.looks();
  }

  @Override
  int[] kept(PatchTokens patches) {
    return IntStream.range(0, budget.tokens(patches)).toArray();
  }
}
