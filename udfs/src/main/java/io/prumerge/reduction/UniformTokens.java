package io.prumerge.reduction;

import java.util.Map;
import java.util.stream.IntStream;

/** {@code uniform}: of n tokens the i-th is patch floor((i + 0.5) N / n), even in raster order. */
final class UniformTokens extends SamplingReducer {
  private final TokenBudget budget;

  UniformTokens(MethodSpec spec) {
    this(spec.name(), TokenBudget.of(new Parameters(spec, TokenBudget.KEY)));
  }

  private UniformTokens(String name, TokenBudget budget) {
    super(name, Map.of(TokenBudget.KEY, budget.value()));
    this.budget = budget;
  }

  @Override
  public boolean looks() {
    return budget.looks();
  }

  @Override
  int[] kept(PatchTokens patches) {
    return centres(patches.count(), budget.tokens(patches));
  }

  /**
   * Cell centres: 0..length-1 cut into {@code cells} equal cells, the middle of each rounded down.
   */
  static int[] centres(int length, int cells) {
    return IntStream.range(0, cells)
        .map(cell -> Math.toIntExact((2L * cell + 1) * length / (2L * cells)))
        .toArray();
  }
}
