package io.prumerge.reduction.control;

import io.prumerge.reduction.AbstractReducerFactory;
import io.prumerge.reduction.Parameters;
import io.prumerge.reduction.PatchTokens;
import io.prumerge.reduction.SeededDraw;
import io.prumerge.reduction.Servable;
import io.prumerge.reduction.TokenBudget;

/**
 * {@code random}: n patches drawn uniformly without replacement, in raster order. The draw depends
 * only on {@code seed} and the image's SHA-256 ({@link SeededDraw}).
 */
final class RandomTokens extends SamplingReducer {
  private final TokenBudget budget;
  private final long seed;

  private RandomTokens(Parameters parameters) {
    super(parameters);
    this.budget = TokenBudget.of(parameters);
    this.seed = parameters.value(SeededDraw.SEED);
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
          About.CONTROL.servable(Servable.withAFixedCount("looks at places only")),
          RandomTokens::new,
          SeededDraw.SEED,
          TokenBudget.NEEDED);
    }
  }
}
