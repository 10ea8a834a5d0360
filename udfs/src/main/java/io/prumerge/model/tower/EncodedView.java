package io.prumerge.model.tower;

import io.prumerge.config.FeatureSelect;
import io.prumerge.config.LlavaConfig;
import io.prumerge.config.ModelTraits;
import io.prumerge.image.PictureLimit;
import io.prumerge.image.ViewGrid;
import io.prumerge.image.ViewGrids;
import io.prumerge.lang.Text;
import io.prumerge.model.connector.InsideKey;
import io.prumerge.model.connector.ReducedView;
import io.prumerge.model.text.QuestionReader;
import io.prumerge.model.text.TextReader;
import io.prumerge.reduction.Blend;
import io.prumerge.reduction.BlendPart;
import io.prumerge.reduction.InTower;
import io.prumerge.reduction.PatchTokens;
import io.prumerge.reduction.PixelRule;
import io.prumerge.reduction.Reduction;
import io.prumerge.reduction.ReductionException;
import io.prumerge.reduction.ScriptCall;
import io.prumerge.reduction.ScriptChoice;
import io.prumerge.reduction.Stage;
import io.prumerge.reduction.TokenReducer;
import io.prumerge.reduction.TowerEvidence;
import io.prumerge.reduction.run.ForwardedPatches;
import io.prumerge.reduction.run.Merge;
import io.prumerge.torch.Torch;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * One view of an image after the tower: its features on the device, and the evidence about it that
 * is asked for. For one thread at a time; evidence is computed once for all methods.
 */
public final class EncodedView implements GriddedView, AutoCloseable {

  private final Torch torch;
  private final VisionTower tower;
  private final LlavaConfig config;
  private final byte[] sha256;
  private final int view;
  private final int[] padding;
  private final ViewGrids grids;
  private final ModelTraits traits;
  private final EvidenceCache cache;
  private final ReducedViews made;
  private final Optional<KeptBlocks> kept;
  private final InsideResults inside = new InsideResults();
  private List<EncodedView> views = List.of(this);

  /**
   * @param input is not kept
   * @param states are closed with the image
   */
  EncodedView(
      Torch torch, VisionTower tower, LlavaConfig config, PreparedView input, TowerStates states) {
    this.torch = torch;
    this.tower = tower;
    this.config = config;
    this.sha256 = input.sha256().clone();
    this.view = input.view();
    this.padding = input.padding().clone();
    this.grids = input.grids();
    this.kept = input.kept();
    this.traits = behindConnector() ? config.traits(image()) : tower.traits();
    this.cache =
        new EvidenceCache(
            torch,
            this,
            new ViewEvidence(torch, tower, states, input.smaller(), config.pooled(image())));
    this.made = new ReducedViews(torch, tower.module(), config, cache, tokens(), behindConnector());
  }

  /** Takes the views of all images, where there are several. */
  void among(List<EncodedView> all) {
    views = all;
  }

  @Override
  public List<EncodedView> views() {
    return views;
  }

  @Override
  public LlavaConfig config() {
    return config;
  }

  @Override
  public ViewGrids grids() {
    return grids;
  }

  @Override
  public int view() {
    return view;
  }

  /** Returns the patches that the tower ran over: all, or those that a method left before it. */
  public int seenPatches() {
    return kept.map(left -> left.blocks().size()).orElse(count());
  }

  @Override
  public PatchTokens within(PictureLimit limit) {
    try {
      return new LimitedView(
          this,
          config,
          new ViewGrids(grids.images().stream().map(image -> config.within(limit, image)).toList()),
          0);
    } catch (IllegalArgumentException e) {
      throw new ReductionException(e.getMessage());
    }
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
  public ModelTraits traits() {
    return traits;
  }

  /**
   * Returns the number of layers of the tower that ran for all methods together, up to the
   * features.
   */
  public int towerLayers() {
    return Math.min(cache.states().layers(), tower.reach().features());
  }

  /** Returns the number of the tower's layers that a method needs. */
  public int towerLayers(TokenReducer reducer) {
    return tower.reach().of(reducer);
  }

  /** Returns the evidence about it; closed with it. */
  public EvidenceCache evidence() {
    return cache;
  }

  /** Returns the view's tokens that methods left inside the tower; closed with it. */
  public InsideResults inside() {
    return inside;
  }

  /**
   * Returns the image with a question, for methods that look at its text.
   *
   * @param question the user's text with its suffix
   */
  public PatchTokens asked(String question, QuestionReader reader) {
    return new WithQuestion(this, question, reader);
  }

  @Override
  public float[] of(TowerEvidence evidence) {
    return of(evidence, "", TextReader.NONE);
  }

  float[] of(TowerEvidence evidence, String question, TextReader reader) {
    requireSeen(evidence);
    EvidenceCache asked = evidence.ofSequence() ? views.get(ownViews().first()).cache : cache;
    return asked.of(evidence, question, reader);
  }

  @Override
  public ReducedView all() {
    requireAllPixels();
    return queries() > 0 ? made.queried() : made.all();
  }

  @Override
  public ReducedView gather(int[] kept) {
    return gather(Stage.BEFORE_CONNECTOR, kept);
  }

  @Override
  public ReducedView gather(Stage stage, int[] kept) {
    requirePatchesOnly();
    requireThere(IntStream.of(kept));
    return made.gather(stage, kept);
  }

  @Override
  public ReducedView blend(Stage stage, List<Blend> tokens) {
    requirePatchesOnly();
    requireParts(tokens);
    requireThere(tokens.stream().flatMapToInt(token -> token.patch().stream()));
    int seen = ofVideo() ? ownViews().end() - view : 1;
    requireThere(
        tokens.stream()
            .flatMap(token -> token.parts().stream())
            .mapToInt(BlendPart::patch)
            .filter(patch -> patch != Blend.CLASS_TOKEN),
        seen * count());
    int last = Blend.lastPatch(tokens) / count();
    return last == 0
        ? made.blend(stage, tokens)
        : made.blendOver(
            views.subList(view, view + last + 1).stream().map(one -> one.made.projected()).toList(),
            tokens);
  }

  @Override
  public ReducedView merge(int[] kept, int neighbours, boolean summary) {
    requirePatchesOnly();
    requireThere(IntStream.of(kept));
    return made.merge(kept, near(neighbours), summary);
  }

  private void requireThere(IntStream patches) {
    requireThere(patches, count());
  }

  // The device would fail on it later, for all methods together.
  private static void requireThere(IntStream patches, int end) {
    patches
        .filter(patch -> patch < 0 || patch >= end)
        .findFirst()
        .ifPresent(
            patch -> {
              throw new IndexOutOfBoundsException(
                  Text.format("it takes patch %d; the image has patches 0 to %d", patch, end - 1));
            });
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
        : ReducedViews.merges(torch, cache.fullWidthKeys(), clsAttention(), kept, near(neighbours));
  }

  @Override
  public ScriptChoice choose(ScriptCall call) {
    requirePatchesOnly();
    call.sees().values().forEach(this::requireSeen);
    return tower.choose(call, call.sees().values().stream().map(cache::onDevice).toList(), grid());
  }

  @Override
  public ReducedView downsampled(int side) {
    requirePatchesOnly();
    requireNoBlocks(SMALLER);
    return made.downsampled(side);
  }

  @Override
  public ReducedView inTower(InTower method, int tokens) {
    requirePatchesOnly();
    requireNoBlocks(IN_TOWER);
    requireNoVideo();
    requireOneLayer();
    InsideKey key = new InsideKey(method, tokens);
    return made.inside(key, inside.of(key));
  }

  @Override
  public ReducedView ofPixels(PixelRule rule) {
    requireNoQueries();
    requireDefaultSelection();
    requireSomePixels();
    if (kept.isEmpty() || !kept.get().rule().equals(rule)) {
      throw new IllegalStateException(
          "Cannot take tokens of some pixels, of which the tower has seen others");
    }
    return made.ofPixels(kept.get().places());
  }

  private void requireAllPixels() {
    if (kept.isPresent()) {
      throw new IllegalStateException(
          "Cannot take patches of the whole view: the tower has seen some of its pixels alone");
    }
  }

  // Its frames have gone through the tower in passes of their own.
  private void requireNoVideo() {
    if (grids.images().stream().anyMatch(ViewGrid::isVideo)) {
      throw new ReductionException(
          "Cannot drop patches inside the tower of pictures that share a prompt with a video; use a"
              + " method that chooses after it");
    }
  }

  private void requireOneLayer() {
    if (config.selection().layers().size() > 1) {
      throw new ReductionException(
          Text.format(
              "Cannot drop patches inside the vision tower: the features are of its layers %s, in"
                  + " which different patches would be left",
              config.selection().layers()));
    }
  }

  // With CLS among the features the reference would count it as a patch; no method is run like
  // that.
  private void requirePatchesOnly() {
    requireAllPixels();
    requireNoQueries();
    requireDefaultSelection();
  }

  private void requireDefaultSelection() {
    if (config.selection().positions() != FeatureSelect.DEFAULT) {
      throw new ReductionException(
          "Cannot drop tokens of a checkpoint whose vision_feature_select_strategy is 'full'; only"
              + " the method 'none' applies to it");
    }
  }

  @Override
  public void close() {
    inside.close();
    cache.close();
  }

  /**
   * One view of an image with a question: its evidence is the view's own, and what the question's
   * text shows of the patches. Closed with the view.
   */
  private record WithQuestion(EncodedView image, String question, TextReader reader)
      implements ForwardedPatches {

    @Override
    public List<WithQuestion> views() {
      return image.views().stream().map(view -> new WithQuestion(view, question, reader)).toList();
    }

    @Override
    public float[] of(TowerEvidence evidence) {
      return image.of(evidence, question, reader);
    }

    @Override
    public long textFlops(TowerEvidence.OfText evidence) {
      return image.evidence().textFlops(evidence, question);
    }

    @Override
    public Reduction inTower(InTower method, int tokens) {
      throw new ReductionException(
          "Cannot act inside the vision tower, which runs once for all questions, with a number of"
              + " tokens that depends on the question; give a number");
    }
  }
}
