package io.prumerge.reduction;

import java.util.List;
import java.util.Optional;

/** Patches of which methods only count what they would make of them: no tensor is created. */
public abstract class CountedPatches implements PatchTokens {

  /** The counts of a reduction, without features. */
  private record Counted(
      Optional<int[]> keptIndices, int tokens, int neighbours, boolean summary, long products)
      implements Reduction {

    @Override
    public void close() {
      // It holds no memory.
    }
  }

  /** Width of the tokens at a stage, for the products of weighted sums. */
  protected abstract long width(Stage stage);

  @Override
  public final Reduction all() {
    return new Counted(Optional.empty(), tokens(), 0, false, 0);
  }

  @Override
  public final Reduction gather(Stage stage, int[] kept) {
    requirePatchesOnly();
    return new Counted(Optional.of(kept.clone()), kept.length, 0, false, 0);
  }

  @Override
  public final Reduction blend(Stage stage, List<Blend> blends) {
    requirePatchesOnly();
    return new Counted(
        Optional.empty(), blends.size(), 0, false, Blend.summands(blends) * width(stage));
  }

  @Override
  public final Reduction merge(int[] kept, int neighbours, boolean summary) {
    requirePatchesOnly();
    return new Counted(
        Optional.of(kept.clone()),
        kept.length + (summary ? 1 : 0),
        kept.length == 0 ? 0 : Math.min(neighbours, count() - 1),
        summary,
        0);
  }

  private void requirePatchesOnly() {
    if (tokens() > count()) {
      throw new ReductionException(
          "Cannot reduce the tokens of a checkpoint that selects CLS beside its patches");
    }
  }
}
