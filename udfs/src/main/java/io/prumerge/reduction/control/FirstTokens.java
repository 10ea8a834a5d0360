package io.prumerge.reduction.control;

import io.prumerge.reduction.AbstractReducerFactory;
import io.prumerge.reduction.Parameters;
import io.prumerge.reduction.PatchTokens;
import io.prumerge.reduction.Servable;
import io.prumerge.reduction.TokenBudget;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** {@code first}: the first n patches in raster order, the paper's "sequential" baseline. */
final class FirstTokens extends SamplingReducer {
  private final TokenBudget budget;

  private FirstTokens(Parameters parameters) {
    this(parameters.method(), TokenBudget.of(parameters));
  }

  private FirstTokens(String name, TokenBudget budget) {
    super(name, Map.of(TokenBudget.KEY, budget.value()));
    this.budget = budget;
  }

  @Override
  int[] selectPatches(PatchTokens patches) {
    return IntStream.range(0, budget.tokens(patches)).toArray();
  }

  /** Creates this method's reducers; named in {@code META-INF/services}. */
  public static final class Factory extends AbstractReducerFactory {

    public Factory() {
      super(
          "first",
          List.of(TokenBudget.KEY),
          About.CONTROL
              .example("tokens=64")
              .servable(Servable.withAFixedCount("looks at places only")),
          FirstTokens::new);
    }
  }
}
