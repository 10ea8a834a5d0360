package io.prumerge.plan;

import io.prumerge.reduction.Blend;
import io.prumerge.reduction.InTower;
import io.prumerge.reduction.PatchTokens;
import io.prumerge.reduction.Reduction;
import io.prumerge.reduction.ReductionException;
import io.prumerge.reduction.Stage;
import io.prumerge.reduction.TowerEvidence;
import io.prumerge.reduction.TowerPath;
import io.prumerge.reduction.TowerTokens;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * A stand-in for an unknown image, for counting the tokens that a reducer keeps: 5.5 % of its
 * patches, spread over the image, are outliers of the class attention, the mean over LLaVA-1.5's
 * benchmarks (arXiv:2403.15388). Its patches are unlike each other. It has no features, and
 * weighted sums of them are not counted.
 *
 * @param patches N of one view, a square number
 * @param tokens tokens that a view gives without reduction: the patches, and CLS if the checkpoint
 *     selects it too
 * @param sequence tokens that all views give without reduction
 * @param viewCount number of views
 * @param view which of them this is
 * @param towerLayers layers of the tower that the features need
 */
record TypicalImage(
    int patches, int tokens, int sequence, int viewCount, int view, int towerLayers)
    implements PatchTokens {

  private static final double OUTLIERS = 0.055;

  /** Golden ratio: its multiples modulo 1 are spread evenly and aligned with no regular grid. */
  private static final double GOLDEN = (Math.sqrt(5) - 1) / 2;

  /** An image of one view. */
  TypicalImage(int patches, int tokens, int towerLayers) {
    this(patches, tokens, tokens, 1, 0, towerLayers);
  }

  TypicalImage {
    int side = (int) Math.round(Math.sqrt(patches));
    if (patches < 1 || side * side != patches || tokens < patches) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "Cannot estimate an image of %d patches and %d tokens: patches must be a square number, and tokens at least as many",
              patches,
              tokens));
    }
  }

  @Override
  public List<TypicalImage> views() {
    return IntStream.range(0, viewCount)
        .mapToObj(place -> new TypicalImage(patches, tokens, sequence, viewCount, place, towerLayers))
        .toList();
  }

  @Override
  public int count() {
    return patches;
  }

  @Override
  public int gridSide() {
    return (int) Math.round(Math.sqrt(patches));
  }

  @Override
  public float[] of(TowerEvidence evidence) {
    if (evidence instanceof TowerEvidence.Cosines || evidence instanceof TowerEvidence.Loadings) {
      return identity();
    }
    if (evidence instanceof TowerEvidence.FullWidthAttention
        || evidence instanceof TowerEvidence.ClassAttention
        || evidence instanceof TowerEvidence.ColumnAttention) {
      return attention(patches);
    }
    return new float[patches]; // features and keys of width 1
  }

  private static float[] attention(int patches) {
    float[] attention = new float[patches];
    Arrays.fill(attention, 1f / (2 * patches));
    long outliers = Math.max(1, Math.round(OUTLIERS * patches));
    for (long outlier = 0; outlier < outliers; outlier++) {
      double place = outlier * GOLDEN % 1;
      attention[(int) (place * patches)] = 1f / (2 * outliers);
    }
    return attention;
  }

  // No patch is like another.
  private float[] identity() {
    float[] identity = new float[Math.multiplyExact(patches, patches)];
    for (int patch = 0; patch < patches; patch++) {
      identity[patch * patches + patch] = 1;
    }
    return identity;
  }

  @Override
  public byte[] imageSha256() {
    return new byte[32];
  }

  @Override
  public Reduction all() {
    return new Counted(Optional.empty(), tokens, 0, false);
  }

  @Override
  public Reduction gather(Stage stage, int[] kept) {
    requirePatchesOnly();
    return new Counted(Optional.of(kept.clone()), kept.length, 0, false);
  }

  @Override
  public Reduction blend(Stage stage, List<Blend> blends) {
    requirePatchesOnly();
    return new Counted(Optional.empty(), blends.size(), 0, false);
  }

  @Override
  public Reduction inTower(InTower method, int left) {
    requirePatchesOnly();
    TowerPath path = new TowerPath(method, patches, towerLayers, left);
    for (int layer = 0; layer < towerLayers; layer++) {
      path.pass(path.looks() ? views(method, path.count()) : Map.of());
    }
    return new Counted(
        Optional.of(path.kept()), left, 0, false, Optional.of(path.tokens()));
  }

  // The same part of what is left are outliers, and every patch is like the first one.
  private static Map<InTower.View, float[]> views(InTower method, int count) {
    Map<InTower.View, float[]> views = new EnumMap<>(InTower.View.class);
    for (InTower.View view : method.sees()) {
      views.put(
          view,
          view == InTower.View.MATCHES ? new float[count / 2 * 2] : attention(count));
    }
    return views;
  }

  @Override
  public Reduction merge(int[] kept, int neighbours, boolean summary) {
    requirePatchesOnly();
    return new Counted(
        Optional.of(kept.clone()),
        kept.length + (summary ? 1 : 0),
        Math.min(neighbours, patches - 1),
        summary);
  }

  private void requirePatchesOnly() {
    if (tokens > patches) {
      throw new ReductionException(
          "Cannot reduce the tokens of a checkpoint that selects CLS beside its patches");
    }
  }

  /** The counts of a reduction, without features. */
  private record Counted(
      Optional<int[]> keptIndices,
      int tokens,
      int neighbours,
      boolean summary,
      Optional<TowerTokens> tower)
      implements Reduction {

    private Counted(
        Optional<int[]> keptIndices, int tokens, int neighbours, boolean summary) {
      this(keptIndices, tokens, neighbours, summary, Optional.empty());
    }

    @Override
    public void close() {
      // It holds no memory.
    }
  }
}
