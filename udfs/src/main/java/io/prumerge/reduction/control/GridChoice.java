package io.prumerge.reduction.control;

import io.prumerge.image.PatchGrid;
import io.prumerge.lang.Text;
import io.prumerge.reduction.Parameter;
import io.prumerge.reduction.Parameters;
import io.prumerge.reduction.PatchTokens;
import io.prumerge.reduction.ReductionException;
import io.prumerge.reduction.TokenBudget;
import java.util.Comparator;
import java.util.Optional;
import java.util.stream.IntStream;

/** The rows and columns that {@code spatial} and {@code pool} lay over an image's patches. */
sealed interface GridChoice {

  Parameter<Integer> ROWS = Parameter.count("rows");
  Parameter<Integer> COLS = Parameter.count("cols");

  /**
   * Returns the grid for this image.
   *
   * @throws ReductionException if the image has too few patches
   */
  CellGrid grid(PatchTokens patches);

  /** Returns either {@code tokens}, or {@code rows} and {@code cols}. */
  static GridChoice of(Parameters parameters) {
    Optional<Integer> rows = parameters.given(ROWS);
    Optional<Integer> cols = parameters.given(COLS);
    boolean tokens = parameters.has(TokenBudget.NEEDED);
    if (rows.isPresent() != cols.isPresent() || rows.isPresent() == tokens) {
      throw parameters.refusal("give either tokens=N or tokens=@METHOD, or both rows and cols");
    }
    return tokens
        ? new Nearest(TokenBudget.of(parameters))
        : new Given(new CellGrid(rows.orElseThrow(), cols.orElseThrow()));
  }

  /** The same grid for every image. */
  record Given(CellGrid grid) implements GridChoice {

    @Override
    public CellGrid grid(PatchTokens patches) {
      PatchGrid all = patches.grid();
      if (grid.rows() > all.rows() || grid.cols() > all.cols()) {
        throw new ReductionException(
            Text.format(
                "Cannot lay %d rows and %d cols over %d x %d patches; give at most %s",
                grid.rows(),
                grid.cols(),
                all.rows(),
                all.cols(),
                all.rows() == all.cols() ? all.rows() + " of each" : "as many"));
      }
      return grid;
    }
  }

  /**
   * The grid whose rows x cols comes nearest to a number of tokens. Of equally near grids, the
   * squarest is chosen, then the smaller, then the wider (5 x 8 before 8 x 5).
   */
  record Nearest(TokenBudget budget) implements GridChoice {

    @Override
    public CellGrid grid(PatchTokens patches) {
      int tokens = budget.tokens(patches);
      PatchGrid all = patches.grid();
      return IntStream.rangeClosed(1, all.rows())
          .boxed()
          .flatMap(
              rows ->
                  IntStream.rangeClosed(1, all.cols()).mapToObj(cols -> new CellGrid(rows, cols)))
          .min(
              Comparator.comparingInt((CellGrid grid) -> Math.abs(grid.tokens() - tokens))
                  .thenComparingInt(grid -> Math.abs(grid.rows() - grid.cols()))
                  .thenComparingInt(CellGrid::tokens)
                  .thenComparingInt(CellGrid::rows))
          .orElseThrow();
    }
  }
}
