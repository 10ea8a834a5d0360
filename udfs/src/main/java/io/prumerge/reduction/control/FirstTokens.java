package io.prumerge.reduction.control;

import io.prumerge.reduction.AbstractReducerFactory;
import io.prumerge.reduction.Parameters;
import io.prumerge.reduction.PatchTokens;
import io.prumerge.reduction.Servable;
import io.prumerge.reduction.TokenBudget;
import java.util.stream.IntStream;

/** {@code first}: the first n patches in raster order, the paper's "sequential" baseline. */
final class FirstTokens extends SamplingReducer {
  private final TokenBudget budget;

  private FirstTokens(Parameters parameters) {
    super(parameters);
    this.budget = TokenBudget.of(parameters);
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
          About.CONTROL.servable(Servable.withAFixedCount("looks at places only")),
          FirstTokens::new,
          TokenBudget.NEEDED);
    }
  }
}
