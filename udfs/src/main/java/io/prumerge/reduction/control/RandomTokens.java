package io.prumerge.reduction.control;

import io.prumerge.reduction.AbstractReducerFactory;
import io.prumerge.reduction.Parameters;
import io.prumerge.reduction.PatchTokens;
import io.prumerge.reduction.SeededDraw;
import io.prumerge.reduction.Servable;
import io.prumerge.reduction.TokenBudget;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * {@code random}: n patches drawn uniformly without replacement, in raster order. The draw depends
 * only on {@code seed} and the image's SHA-256 ({@link SeededDraw}).
 */
final class RandomTokens extends SamplingReducer {
  private static final String SEED = "seed";
  private static final long DEFAULT_SEED = 0;

  private final TokenBudget budget;
  private final long seed;

  private RandomTokens(Parameters parameters) {
    this(parameters.method(), TokenBudget.of(parameters), parameters.number(SEED, DEFAULT_SEED));
  }

  private RandomTokens(String name, TokenBudget budget, long seed) {
    super(name, canonical(budget, seed));
    this.budget = budget;
    this.seed = seed;
  }

  private static Map<String, String> canonical(TokenBudget budget, long seed) {
    Map<String, String> parameters = new TreeMap<>();
    parameters.put(TokenBudget.KEY, budget.value());
    if (seed != 0) {
      parameters.put(SEED, Long.toString(seed));
    }
    return parameters;
  }

  @Override
  int[] selectPatches(PatchTokens patches) {
    return SeededDraw.of(patches, seed).of(patches.count(), budget.tokens(patches));
  }

  /** Creates this method's reducers; named in {@code META-INF/services}. */
  public static final class Factory extends AbstractReducerFactory {

    public Factory() {
      super(
          "random",
          List.of(SEED, TokenBudget.KEY),
          About.CONTROL
              .example("tokens=64")
              .with(SEED, DEFAULT_SEED)
              .servable(Servable.withAFixedCount("looks at places only")),
          RandomTokens::new);
    }
  }
}
