package io.prumerge.reduction;

/**
 * {@code spatial}: the centres of rows x cols equal cells laid over the patch grid, row-major; the
 * grid is given by {@code rows} and {@code cols} or chosen for {@code tokens} ({@link GridChoice}).
 */
final class SpatialTokens extends SamplingReducer {
  private final GridChoice choice;

  SpatialTokens(MethodSpec spec) {
    this(spec.name(), GridChoice.of(new Parameters(spec, "cols", "rows", TokenBudget.KEY)));
  }

  private SpatialTokens(String name, GridChoice choice) {
    super(name, choice.parameters());
    this.choice = choice;
  }

  @Override
  public boolean looks() {
    return choice.looks();
  }

  @Override
  int[] kept(PatchTokens patches) {
    GridChoice.Grid grid = choice.grid(patches);
    int side = patches.gridSide();
    int[] kept = new int[grid.tokens()];
    int next = 0;
    for (int y : UniformTokens.centres(side, grid.rows())) {
      for (int x : UniformTokens.centres(side, grid.cols())) {
        kept[next++] = y * side + x;
      }
    }
    return kept;
  }
}
