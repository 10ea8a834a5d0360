package io.prumerge.reduction.control;

import io.prumerge.reduction.Parameters;
import io.prumerge.reduction.PatchTokens;
import io.prumerge.reduction.ReducerFactory;
import io.prumerge.reduction.Servable;
import io.prumerge.reduction.TokenBudget;
import io.prumerge.reduction.TokenReducer;
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
  public static final class Factory implements ReducerFactory {

    @Override
    public String name() {
      return "first";
    }

    @Override
    public List<String> keys() {
      return List.of(TokenBudget.KEY);
    }

    @Override
    public About about() {
      return About.CONTROL
          .example("tokens=64")
          .servable(Servable.withAFixedCount("looks at places only"));
    }

    @Override
    public TokenReducer create(Parameters parameters) {
      return new FirstTokens(parameters);
    }
  }
}
