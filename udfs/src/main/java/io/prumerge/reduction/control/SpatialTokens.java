package io.prumerge.reduction.control;

import io.prumerge.image.PatchGrid;
import io.prumerge.reduction.AbstractReducerFactory;
import io.prumerge.reduction.Parameters;
import io.prumerge.reduction.PatchTokens;
import io.prumerge.reduction.Servable;
import io.prumerge.reduction.TokenBudget;

/**
 * {@code spatial}: the centres of rows x cols equal cells laid over the patch grid, row-major; the
 * grid is given by {@code rows} and {@code cols} or chosen for {@code tokens} ({@link GridChoice}).
 */
final class SpatialTokens extends SamplingReducer {
  private final GridChoice choice;

  private SpatialTokens(Parameters parameters) {
    super(parameters);
    this.choice = GridChoice.of(parameters);
  }

  @Override
  int[] selectPatches(PatchTokens patches) {
    CellGrid grid = choice.grid(patches);
    PatchGrid all = patches.grid();
    int[] kept = new int[grid.tokens()];
    int next = 0;
    for (int y : UniformTokens.centres(all.rows(), grid.rows())) {
      for (int x : UniformTokens.centres(all.cols(), grid.cols())) {
        kept[next++] = y * all.cols() + x;
      }
    }
    return kept;
  }

  /** Creates this method's reducers; named in {@code META-INF/services}. */
  public static final class Factory extends AbstractReducerFactory {

    public Factory() {
      super(
          "spatial",
          About.CONTROL.servable(Servable.withAFixedCount("looks at places only")),
          SpatialTokens::new,
          GridChoice.COLS,
          GridChoice.ROWS,
          TokenBudget.NEEDED);
    }
  }
}
