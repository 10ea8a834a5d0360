package io.prumerge.plan;

import io.prumerge.architecture.SequenceLayout;
import io.prumerge.config.LlavaConfig;
import io.prumerge.cost.ModelShape;
import io.prumerge.image.PatchGrid;
import io.prumerge.model.script.ScriptProbe;
import io.prumerge.model.tower.VisionTower;
import io.prumerge.reduction.CountedPatches;
import io.prumerge.reduction.ScriptChoice;
import io.prumerge.reduction.ScriptChoice.ScriptCall;
import io.prumerge.reduction.Stage;
import io.prumerge.reduction.TowerEvidence;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * A stand-in for an unknown image, for counting the tokens that a reducer keeps. Its attention is
 * {@link CountedPatches#typicalAttention}. Its patches are unlike each other. It has no features.
 */
final class TypicalImage extends CountedPatches {

  /**
   * The views of an image.
   *
   * @param tokens that all of them give without reduction
   * @param place which of them this one is
   */
  private record Views(int count, int tokens, int place) {}

  private final PatchGrid grid;
  private final int patches;
  private final int tokens;
  private final int towerLayers;
  private final Optional<LlavaConfig> model;
  private final Views all;

  /**
   * @param grid the patches of one view
   * @param tokens that one view gives without reduction: the patches, and CLS if the checkpoint
   *     selects it too; or the connector's queries
   * @param towerLayers layers of the tower that the features need
   * @param model with whose widths users' scripts are tried
   */
  private TypicalImage(
      PatchGrid grid, int tokens, int towerLayers, Optional<LlavaConfig> model, Views all) {
    if (tokens < grid.patches() && !hasQueries(model)) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "Cannot estimate an image of %d patches and %d tokens: tokens must be at least as many",
              grid.patches(),
              tokens));
    }
    this.grid = grid;
    this.patches = grid.patches();
    this.tokens = tokens;
    this.towerLayers = towerLayers;
    this.model = model;
    this.all = all;
  }

  /**
   * Creates an image of one view and no certain model, for methods that are no scripts.
   *
   * @param patches N of the view, a square number
   */
  TypicalImage(int patches, int tokens, int towerLayers) {
    this(square(patches), tokens, towerLayers, Optional.empty(), new Views(1, tokens, 0));
  }

  private static PatchGrid square(int patches) {
    int side = (int) Math.round(Math.sqrt(patches));
    if (patches < 1 || side * side != patches) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "Cannot estimate an image of %d patches: they must be a square number",
              patches));
    }
    return PatchGrid.square(side);
  }

  /**
   * Returns an image of a model, with whose widths users' scripts are tried: as many views as it
   * may have; a photograph of 640 x 480 pixels where images keep their size.
   */
  static TypicalImage of(LlavaConfig config) {
    SequenceLayout layout = config.layout();
    boolean anySize = config.family().size().isPresent();
    int tokens = config.viewTokens(LlavaConfig.PHOTOGRAPH);
    return new TypicalImage(
        config.patches(LlavaConfig.PHOTOGRAPH),
        tokens,
        config.featureDepth(),
        Optional.of(config),
        new Views(layout.mostViews(), anySize ? tokens : layout.mostTokens(), 0));
  }

  @Override
  public int sequence() {
    return all.tokens();
  }

  @Override
  public List<TypicalImage> views() {
    return IntStream.range(0, all.count())
        .mapToObj(
            place ->
                new TypicalImage(
                    grid, tokens, towerLayers, model, new Views(all.count(), all.tokens(), place)))
        .toList();
  }

  @Override
  public int view() {
    return all.place();
  }

  @Override
  public int count() {
    return patches;
  }

  @Override
  public int tokens() {
    return tokens;
  }

  @Override
  public int queries() {
    return hasQueries(model) ? tokens : 0;
  }

  @Override
  public boolean beside() {
    return model.map(config -> config.family().beside()).orElse(false);
  }

  @Override
  public boolean learnedPositions() {
    return model.map(config -> !config.decoder().rotary()).orElse(false);
  }

  @Override
  public boolean positionsHaveParts() {
    return model.map(config -> config.text().threePartPositions()).orElse(false);
  }

  @Override
  public boolean hasClassToken() {
    return model.map(config -> config.vision().kind().classTokens() > 0).orElse(true);
  }

  @Override
  public boolean ofBlocks() {
    return model.map(config -> config.vision().kind().block() > 1).orElse(false);
  }

  @Override
  public boolean feedsClassToken() {
    return model.map(config -> config.vision().kind().classFeatures() > 0).orElse(true);
  }

  private static boolean hasQueries(Optional<LlavaConfig> model) {
    return model.flatMap(config -> config.family().queries()).isPresent();
  }

  @Override
  protected long width(Stage stage) {
    return 1;
  }

  @Override
  protected int towerLayers() {
    return towerLayers;
  }

  @Override
  public PatchGrid grid() {
    return grid;
  }

  @Override
  public float[] of(TowerEvidence evidence) {
    requireSeen(evidence);
    model.ifPresent(config -> VisionTower.requireLayers(config, evidence));
    if (evidence instanceof TowerEvidence.Cosines
        || evidence instanceof TowerEvidence.KeyProducts
        || evidence instanceof TowerEvidence.Loadings) {
      return identity();
    }
    if (evidence instanceof TowerEvidence.FullWidthAttention
        || evidence instanceof TowerEvidence.ClassAttention
        || evidence instanceof TowerEvidence.PatchAttention
        || evidence instanceof TowerEvidence.ColumnAttention) {
      return typicalAttention(patches);
    }
    if (evidence instanceof TowerEvidence.ClipProducts) {
      float[] products = typicalAttention(patches);
      for (int patch = 0; patch < patches; patch++) {
        products[patch] = -products[patch]; // patches point away from what they show
      }
      return products;
    }
    return new float[patches]; // features and keys of width 1, one word like no patch
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
  public ScriptChoice choose(ScriptCall call) {
    requirePatchesOnly();
    call.sees().values().forEach(this::requireSeen);
    ModelShape shape = ModelShape.of(model.orElseThrow());
    return ScriptProbe.choose(call, shape.tower(), shape.decoder().width());
  }
}
