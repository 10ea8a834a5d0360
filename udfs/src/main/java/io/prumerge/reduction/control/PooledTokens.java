package io.prumerge.reduction.control;

import io.prumerge.image.PatchGrid;
import io.prumerge.reduction.AbstractReducerFactory;
import io.prumerge.reduction.Blend;
import io.prumerge.reduction.BlendPart;
import io.prumerge.reduction.MethodSpec;
import io.prumerge.reduction.Parameters;
import io.prumerge.reduction.PatchTokens;
import io.prumerge.reduction.Reduction;
import io.prumerge.reduction.Servable;
import io.prumerge.reduction.Stage;
import io.prumerge.reduction.TokenBudget;
import io.prumerge.reduction.TokenReducer;
import java.util.ArrayList;
import java.util.List;

/**
 * {@code pool}: the grid of features averaged down to rows x cols cells, row-major, before the
 * connector; a control. The grid is {@code rows} x {@code cols}, or chosen for {@code tokens} as
 * {@code spatial} does ({@link GridChoice}). Cell i of n along a side of s patches covers patches
 * floor(i s / n) to ceil((i + 1) s / n) - 1, as in {@code torch.nn.AdaptiveAvgPool2d}, so
 * neighbouring cells overlap where n does not divide s.
 */
final class PooledTokens implements TokenReducer {
  private final MethodSpec spec;
  private final GridChoice choice;

  private PooledTokens(Parameters parameters) {
    this.choice = GridChoice.of(parameters);
    this.spec = parameters.spec();
  }

  @Override
  public MethodSpec spec() {
    return spec;
  }

  @Override
  public int tokens(PatchTokens patches) {
    return choice.grid(patches).tokens();
  }

  @Override
  public Reduction reduce(PatchTokens patches) {
    CellGrid grid = choice.grid(patches);
    PatchGrid all = patches.grid();
    List<Blend> tokens = new ArrayList<>();
    for (int row = 0; row < grid.rows(); row++) {
      for (int col = 0; col < grid.cols(); col++) {
        tokens.add(
            cell(
                all.cols(),
                start(row, grid.rows(), all.rows()),
                end(row, grid.rows(), all.rows()),
                start(col, grid.cols(), all.cols()),
                end(col, grid.cols(), all.cols())));
      }
    }
    return grid.tokens() == patches.tokens()
        ? patches.all()
        : patches.blend(Stage.BEFORE_CONNECTOR, tokens);
  }

  private static Blend cell(int cols, int top, int bottom, int left, int right) {
    float weight = 1f / ((bottom - top) * (right - left));
    List<BlendPart> parts = new ArrayList<>();
    for (int y = top; y < bottom; y++) {
      for (int x = left; x < right; x++) {
        parts.add(new BlendPart(y * cols + x, weight));
      }
    }
    return new Blend(parts);
  }

  private static int start(int cell, int cells, int side) {
    return cell * side / cells;
  }

  private static int end(int cell, int cells, int side) {
    return ((cell + 1) * side + cells - 1) / cells;
  }

  /** Creates this method's reducers; named in {@code META-INF/services}. */
  public static final class Factory extends AbstractReducerFactory {

    public Factory() {
      super(
          "pool",
          About.CONTROL.servable(Servable.withAFixedCount("averages a grid of features")),
          PooledTokens::new,
          GridChoice.COLS,
          GridChoice.ROWS,
          TokenBudget.NEEDED);
    }
  }
}
