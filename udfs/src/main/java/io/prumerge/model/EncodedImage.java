package io.prumerge.model;

import io.prumerge.checkpoint.FeatureSelect;
import io.prumerge.checkpoint.LlavaConfig;
import io.prumerge.reduction.Merge;
import io.prumerge.reduction.PatchTokens;
import io.prumerge.reduction.ReductionException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * One image after the tower: its features on the device, and the scores when somebody asks. For one
 * thread at a time; the scores and keys are computed once for all methods.
 */
public final class EncodedImage implements PatchTokens, AutoCloseable {

  private final Torch torch;
  private final VisionTower tower;
  private final LlavaConfig config;
  private final byte[] sha256;
  private final Torch.Value features; // [N, D]; [N + 1, D] with CLS where the config selects it
  private final Torch.Value lastInput; // [N + 1, C]
  private final boolean reachesLast;
  private Torch.Value attention; // [N] fp32, once asked for
  private Torch.Value keys; // [N, C] fp32, likewise
  private float[] hostAttention;
  private double scoringMillis;
  private int looks;

  EncodedImage(
      Torch torch,
      VisionTower tower,
      LlavaConfig config,
      byte[] sha256,
      Torch.Value features,
      Torch.Value lastInput,
      boolean reachesLast) {
    this.torch = torch;
    this.tower = tower;
    this.config = config;
    this.sha256 = sha256.clone();
    this.features = features;
    this.lastInput = lastInput;
    this.reachesLast = reachesLast;
  }

  @Override
  public int count() {
    return config.vision().patches();
  }

  @Override
  public int gridSide() {
    return config.vision().gridSide();
  }

  @Override
  public int tokens() {
    return config.visualTokens();
  }

  /** Layers of the decoder that the image's tokens go through. */
  public int decoderLayers() {
    return config.text().layers();
  }

  /** Wall time spent on the scores; 0 until somebody asks for them. */
  public double scoringMillis() {
    return scoringMillis;
  }

  /** How often somebody asked for the scores. */
  public int looks() {
    return looks;
  }

  @Override
  public float[] clsAttention() {
    if (!reachesLast) {
      throw new IllegalStateException(
          "Cannot score an image: the tower was run for its features only, not to its last layer");
    }
    looks++;
    if (hostAttention == null) {
      long start = System.nanoTime();
      Torch.Value[] scores = tower.score(lastInput);
      attention = scores[0];
      keys = scores[1];
      try (Torch.Value host = torch.call("floats", attention)) {
        hostAttention = host.toFloats(torch);
      }
      scoringMillis = (System.nanoTime() - start) / 1e6;
    }
    return hostAttention.clone();
  }

  @Override
  public byte[] imageSha256() {
    return sha256.clone();
  }

  @Override
  public VisualTokens all() {
    return gathered(IntStream.range(0, tokens()).toArray(), null);
  }

  @Override
  public VisualTokens gather(int[] kept) {
    requirePatchesOnly();
    return gathered(kept.clone(), kept.clone());
  }

  private VisualTokens gathered(int[] rows, int[] kept) {
    return new VisualTokens(
        new TokenSelection(boxed(rows), 0, false),
        kept,
        rows.length,
        () -> torch.call("gather", features, rows));
  }

  @Override
  public VisualTokens merge(int[] kept, int neighbours, boolean summary) {
    requirePatchesOnly();
    clsAttention();
    int near = Math.min(neighbours, count() - 1);
    int[] rows = kept.clone();
    return new VisualTokens(
        new TokenSelection(boxed(rows), near, summary),
        rows,
        rows.length + (summary ? 1 : 0),
        () -> torch.call("merge", features, keys, attention, rows, near, summary));
  }

  private static List<Integer> boxed(int[] indices) {
    return IntStream.of(indices).boxed().toList();
  }

  /**
   * What {@link #merge} merges into each kept patch, from the same computation.
   *
   * @param kept distinct patch indices
   * @param neighbours as {@link #merge}
   * @return one per kept patch, in their order; none where nothing is merged
   */
  public List<Merge> merges(int[] kept, int neighbours) {
    int near = Math.min(neighbours, count() - 1);
    if (kept.length == 0 || near == 0) {
      return List.of();
    }
    float[] weights = clsAttention();
    float[] cosines;
    long[] patches;
    try (Torch.Value result = torch.call("nearest", keys, kept, near)) {
      Torch.Value[] parts = result.elements();
      try (Torch.Value similar = parts[0];
          Torch.Value nearest = parts[1];
          Torch.Value hostCosines = torch.call("floats", similar);
          Torch.Value hostPatches = torch.call("longs", nearest)) {
        cosines = hostCosines.toFloats(torch);
        patches = hostPatches.toLongs(torch);
      }
    }
    List<Merge> merges = new ArrayList<>();
    for (int centre = 0, i = 0; centre < kept.length; centre++) {
      List<Merge.Neighbour> merged = new ArrayList<>();
      for (int end = i + near; i < end; i++) {
        int patch = Math.toIntExact(patches[i]);
        merged.add(new Merge.Neighbour(patch, cosines[i], weights[patch]));
      }
      merges.add(new Merge(kept[centre], merged));
    }
    return merges;
  }

  // With CLS among the features the reference would count it as a patch; nobody runs that.
  private void requirePatchesOnly() {
    if (config.select() != FeatureSelect.DEFAULT) {
      throw new ReductionException(
          "Cannot drop tokens of a checkpoint whose vision_feature_select_strategy is 'full'; only"
              + " the method 'none' applies to it");
    }
  }

  @Override
  public void close() {
    features.close();
    lastInput.close();
    if (attention != null) {
      attention.close();
      keys.close();
    }
  }
}
