package io.prumerge.reduction.control;

import io.prumerge.reduction.AbstractReducerFactory;
import io.prumerge.reduction.Parameters;
import io.prumerge.reduction.PatchTokens;
import io.prumerge.reduction.Servable;
import io.prumerge.reduction.TokenBudget;
import java.util.stream.IntStream;

/**
 * {@code uniform}: n patches spaced evenly in raster order; the i-th is patch floor((i + 0.5) N /
 * n).
 */
public final class UniformTokens extends SamplingReducer {
  private final TokenBudget budget;

  private UniformTokens(Parameters parameters) {
    super(parameters);
    this.budget = TokenBudget.of(parameters);
  }

  @Override
  int[] selectPatches(PatchTokens patches) {
    return centres(patches.count(), budget.tokens(patches));
  }

  /**
   * Returns the centres of cells: 0..length-1 cut into {@code cells} equal cells, the middle of
   * each rounded down.
   */
  public static int[] centres(int length, int cells) {
    return IntStream.range(0, cells)
        .map(cell -> Math.toIntExact((2L * cell + 1) * length / (2L * cells)))
        .toArray();
  }

  /** Creates this method's reducers; named in {@code META-INF/services}. */
  public static final class Factory extends AbstractReducerFactory {

    public Factory() {
      super(
          "uniform",
          About.CONTROL.servable(Servable.withAFixedCount("looks at places only")),
          UniformTokens::new,
          TokenBudget.NEEDED);
    }
  }
}
