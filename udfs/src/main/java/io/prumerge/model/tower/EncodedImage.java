package io.prumerge.model.tower;

import io.prumerge.architecture.Arrangement;
import io.prumerge.config.LlavaConfig;
import io.prumerge.config.LlavaConfig.FeatureSelect;
import io.prumerge.cost.CostModel;
import io.prumerge.cost.MethodCost;
import io.prumerge.image.ViewGrids;
import io.prumerge.model.connector.InsideTokens;
import io.prumerge.model.connector.VisualTokens;
import io.prumerge.model.text.QuestionReader;
import io.prumerge.model.text.TextReader;
import io.prumerge.reduction.Blend;
import io.prumerge.reduction.InTower;
import io.prumerge.reduction.Measures;
import io.prumerge.reduction.Merge;
import io.prumerge.reduction.PatchTokens;
import io.prumerge.reduction.ReductionException;
import io.prumerge.reduction.ScriptChoice;
import io.prumerge.reduction.ScriptChoice.ScriptCall;
import io.prumerge.reduction.Stage;
import io.prumerge.reduction.TokenReducer;
import io.prumerge.reduction.TowerEvidence;
import io.prumerge.torch.Torch;
import java.util.List;
import java.util.Locale;

/**
 * One view of an image after the tower: its features on the device, and the evidence about it as
 * far as it is asked for. For one thread at a time; evidence is computed once for all methods.
 */
public final class EncodedImage implements PatchTokens, AutoCloseable {

  private final Torch torch;
  private final VisionTower tower;
  private final LlavaConfig config;
  private final byte[] sha256;
  private final int view;
  private final int[] padding;
  private final ViewGrids grids;
  private final EvidenceBook book;
  private final ViewTokens made;
  private final InsideBook inside = new InsideBook();
  private List<EncodedImage> views = List.of(this);

  /**
   * @param input is not kept
   * @param states are closed with the image
   */
  EncodedImage(
      Torch torch, VisionTower tower, LlavaConfig config, ImageInput input, TowerStates states) {
    this.torch = torch;
    this.tower = tower;
    this.config = config;
    this.sha256 = input.sha256().clone();
    this.view = input.view();
    this.padding = input.padding().clone();
    this.grids = input.grids();
    this.book =
        new EvidenceBook(torch, view, new ViewEvidence(torch, tower, states, input.smaller()));
    this.made = new ViewTokens(torch, tower.module(), config, book);
  }

  /** Takes the views of all images, where there are several. */
  void among(List<EncodedImage> all) {
    views = all;
  }

  @Override
  public List<EncodedImage> views() {
    return views;
  }

  @Override
  public int view() {
    return view;
  }

  @Override
  public ViewGrids.Span ownViews() {
    return grids.around(view);
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
    return config.viewTokens();
  }

  @Override
  public int sequence() {
    return grids.images().stream()
        .mapToInt(
            grid -> config.layout().all(grid).map(Arrangement::tokens).orElseGet(this::tokens))
        .sum();
  }

  @Override
  public int[] padding() {
    return padding.clone();
  }

  @Override
  public byte[] imageSha256() {
    return sha256.clone();
  }

  @Override
  public int queries() {
    return config.family().qformer().isPresent() ? tokens() : 0;
  }

  @Override
  public boolean hasClassToken() {
    return config.vision().kind().classTokens() > 0;
  }

  @Override
  public Measures measures() {
    return new MethodCost(CostModel.of(config));
  }

  /** Layers of the tower that ran for all methods together, as far as the features. */
  public int towerLayers() {
    return Math.min(book.states().layers(), tower.reach().features());
  }

  /** How many of these a method needs. */
  public int towerLayers(TokenReducer reducer) {
    return tower.reach().of(reducer);
  }

  /** The evidence about it; closed with it. */
  public EvidenceBook book() {
    return book;
  }

  /** What methods left of the view inside the tower; closed with it. */
  public InsideBook inside() {
    return inside;
  }

  /**
   * The image beside a question, for methods that look at its text.
   *
   * @param question the user's text with its suffix
   */
  public PatchTokens asked(String question, QuestionReader reader) {
    return new AskedImage(this, question, reader);
  }

  @Override
  public float[] of(TowerEvidence evidence) {
    return of(evidence, "", TextReader.NONE);
  }

  float[] of(TowerEvidence evidence, String question, TextReader reader) {
    requireSeen(evidence);
    return book.of(evidence, question, reader);
  }

  @Override
  public VisualTokens all() {
    return queries() > 0 ? made.queried() : made.all();
  }

  @Override
  public VisualTokens gather(int[] kept) {
    return gather(Stage.BEFORE_CONNECTOR, kept);
  }

  @Override
  public VisualTokens gather(Stage stage, int[] kept) {
    requirePatchesOnly();
    return made.gather(stage, kept);
  }

  @Override
  public VisualTokens blend(Stage stage, List<Blend> tokens) {
    requirePatchesOnly();
    requireParts(tokens);
    return made.blend(stage, tokens);
  }

  @Override
  public VisualTokens merge(int[] kept, int neighbours, boolean summary) {
    requirePatchesOnly();
    return made.merge(kept, near(neighbours), summary);
  }

  private int near(int neighbours) {
    return Math.min(neighbours, count() - 1);
  }

  /**
   * Returns the patches that {@link #merge} merges into each kept patch, from the same computation.
   *
   * @param kept distinct patch indices
   * @param neighbours as {@link #merge}
   * @return one per kept patch, in their order; none where nothing is merged
   */
  public List<Merge> merges(int[] kept, int neighbours) {
    return kept.length == 0 || near(neighbours) == 0
        ? List.of()
        : MergedPatches.of(torch, book.fullWidthKeys(), clsAttention(), kept, near(neighbours));
  }

  @Override
  public ScriptChoice choose(ScriptCall call) {
    requirePatchesOnly();
    call.sees().values().forEach(this::requireSeen);
    return tower.choose(call, call.sees().values().stream().map(book::look).toList());
  }

  @Override
  public VisualTokens downsampled(int side) {
    requirePatchesOnly();
    return made.downsampled(side);
  }

  @Override
  public VisualTokens inTower(InTower method, int tokens) {
    requirePatchesOnly();
    requireOneLayer();
    InsideTokens.Key key = new InsideTokens.Key(method, tokens);
    return made.inside(key, inside.of(key));
  }

  private void requireOneLayer() {
    if (config.visionFeatureLayers().size() > 1) {
      throw new ReductionException(
          String.format(
              Locale.ROOT,
              "Cannot drop patches inside the vision tower: the features are of its layers %s, in which different patches would be left",
              config.visionFeatureLayers()));
    }
  }

  // With CLS among the features the reference would count it as a patch; no method is run like
  // that.
  private void requirePatchesOnly() {
    requireNoQueries();
    if (config.select() != FeatureSelect.DEFAULT) {
      throw new ReductionException(
          "Cannot drop tokens of a checkpoint whose vision_feature_select_strategy is 'full'; only"
              + " the method 'none' applies to it");
    }
  }

  @Override
  public void close() {
    inside.close();
    book.close();
  }
}
