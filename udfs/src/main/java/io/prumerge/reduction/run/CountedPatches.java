package io.prumerge.reduction.run;

import io.prumerge.image.PictureLimit;
import io.prumerge.reduction.Blend;
import io.prumerge.reduction.InTower;
import io.prumerge.reduction.LayerView;
import io.prumerge.reduction.PatchTokens;
import io.prumerge.reduction.PixelRule;
import io.prumerge.reduction.Reduction;
import io.prumerge.reduction.ReductionException;
import io.prumerge.reduction.Stage;
import io.prumerge.reduction.TowerTokens;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/** Patches of which methods only count what they would make of them: no tensor is created. */
public abstract class CountedPatches implements PatchTokens {

  private static final double OUTLIERS = 0.055;

  /** Golden ratio: its multiples modulo 1 are spread evenly and aligned with no regular grid. */
  private static final double GOLDEN = (Math.sqrt(5) - 1) / 2;

  /**
   * The counts of a reduction, without features.
   *
   * @param whole whether it has all tokens of the view, in their order
   */
  private record Counted(
      Optional<int[]> keptIndices,
      int tokens,
      int neighbours,
      boolean summary,
      long products,
      Optional<TowerTokens> tower,
      boolean whole)
      implements Reduction {

    private Counted(
        Optional<int[]> keptIndices, int tokens, int neighbours, boolean summary, long products) {
      this(keptIndices, tokens, neighbours, summary, products, Optional.empty(), false);
    }

    @Override
    public void close() {
      // It holds no memory.
    }
  }

  /** Returns whether counted patches were reduced to all tokens of their view, in their order. */
  public static boolean isWhole(Reduction reduction) {
    return ((Counted) reduction).whole();
  }

  @Override
  public abstract CountedPatches within(PictureLimit limit);

  /** Returns the width of the tokens at a stage, for the products of weighted sums. */
  protected abstract long width(Stage stage);

  /** Returns the number of layers of the tower that the features need. */
  protected abstract int towerLayers();

  /**
   * Returns the attention of which 5.5 % of the patches, spread over the image, are outliers: the
   * mean over LLaVA-1.5's benchmarks (arXiv:2403.15388).
   */
  protected static float[] typicalAttention(int patches) {
    float[] attention = new float[patches];
    Arrays.fill(attention, 1f / (2 * patches));
    long outliers = Math.max(1, Math.round(OUTLIERS * patches));
    for (long outlier = 0; outlier < outliers; outlier++) {
      double place = outlier * GOLDEN % 1;
      attention[(int) (place * patches)] = 1f / (2 * outliers);
    }
    return attention;
  }

  @Override
  public final Reduction all() {
    return new Counted(Optional.empty(), tokens(), 0, false, 0, Optional.empty(), true);
  }

  @Override
  public final Reduction gather(Stage stage, int[] indices) {
    requirePatchesOnly();
    return new Counted(
        Optional.of(indices.clone()),
        indices.length,
        0,
        false,
        0,
        Optional.empty(),
        isAll(indices));
  }

  private boolean isAll(int[] indices) {
    return Arrays.equals(indices, IntStream.range(0, tokens()).toArray());
  }

  @Override
  public final Reduction blend(Stage stage, List<Blend> blends) {
    requirePatchesOnly();
    requireParts(blends);
    return new Counted(
        Optional.empty(), blends.size(), 0, false, Blend.summands(blends) * width(stage));
  }

  /** Returns the way through the tower of an image whose layers show typical attention. */
  @Override
  public final Reduction inTower(InTower method, int tokens) {
    requirePatchesOnly();
    requireNoBlocks(IN_TOWER);
    TowerPath path = new TowerPath(method, count(), hasClassToken() ? 1 : 0, towerLayers(), tokens);
    for (int layer = 0; layer < towerLayers(); layer++) {
      Map<LayerView, float[]> seen = path.looks() ? views(method, path.count()) : Map.of();
      path.pass(path.mostTokens(seen), seen);
    }
    return new Counted(
        Optional.of(path.unmergedPatches()),
        tokens,
        0,
        false,
        0,
        Optional.of(path.tokens()),
        false);
  }

  // The same part of what is left are outliers, and every patch is like the first one.
  private static Map<LayerView, float[]> views(InTower method, int count) {
    Map<LayerView, float[]> views = new EnumMap<>(LayerView.class);
    for (LayerView view : method.sees()) {
      views.put(
          view, view == LayerView.MATCHES ? new float[count / 2 * 2] : typicalAttention(count));
    }
    return views;
  }

  /** Returns all tokens, since nothing is known of the pixels: the most that a rule may leave. */
  @Override
  public final Reduction ofPixels(PixelRule rule) {
    requirePatchesOnly();
    requireSomePixels();
    return all();
  }

  @Override
  public final Reduction merge(int[] indices, int neighbours, boolean summary) {
    requirePatchesOnly();
    int near = indices.length == 0 ? 0 : Math.min(neighbours, count() - 1);
    return new Counted(
        Optional.of(indices.clone()),
        indices.length + (summary ? 1 : 0),
        near,
        summary,
        0,
        Optional.empty(),
        near == 0 && !summary && isAll(indices));
  }

  @Override
  public final Reduction downsampled(int side) {
    requirePatchesOnly();
    requireNoBlocks(SMALLER);
    return new Counted(Optional.of(new int[0]), side * side, 0, false, 0);
  }

  protected final void requirePatchesOnly() {
    requireNoQueries();
    if (tokens() > count()) {
      throw new ReductionException(
          "Cannot reduce the tokens of a checkpoint that selects CLS in addition to its patches");
    }
  }
}
