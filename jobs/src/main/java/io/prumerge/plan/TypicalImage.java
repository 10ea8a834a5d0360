package io.prumerge.plan;

import io.prumerge.config.LlavaConfig;
import io.prumerge.config.ModelTraits;
import io.prumerge.cost.ModelShape;
import io.prumerge.image.PatchGrid;
import io.prumerge.image.PictureLimit;
import io.prumerge.image.ViewGrid;
import io.prumerge.image.ViewSpan;
import io.prumerge.image.processor.ImageProcessor;
import io.prumerge.lang.Text;
import io.prumerge.model.script.ScriptProbe;
import io.prumerge.model.tower.VisionTower;
import io.prumerge.reduction.EvidenceForm;
import io.prumerge.reduction.EvidenceSizes;
import io.prumerge.reduction.ReductionException;
import io.prumerge.reduction.ScriptCall;
import io.prumerge.reduction.ScriptChoice;
import io.prumerge.reduction.Stage;
import io.prumerge.reduction.TowerEvidence;
import io.prumerge.reduction.run.CountedPatches;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * A stand-in for images of which at most the size is known, for counting the tokens that a reducer
 * keeps. Its attention is {@link CountedPatches#typicalAttention}. Its patches are unlike each
 * other. It has no features.
 */
public final class TypicalImage extends CountedPatches {

  /** Pairs of more patches of an image take too much of a driver's memory. */
  private static final int MOST_PAIRED = 4096;

  /** Of a video of no certain model. */
  private static final int FRAMES = 8;

  /** Patches in a row of one of its frames. */
  private static final int FRAME_SIDE = 14;

  /** Layers of the tower that its features need. */
  private static final int TOWER_LAYERS = 26;

  private final ImageLook look;
  private final int place;
  private final int tokens;
  private final int towerLayers;
  private final Optional<LlavaConfig> model;
  private final ModelTraits traits;
  private final ViewGrid image;
  private final boolean amongText;

  /**
   * @param place which of the views this one is
   * @param tokens that one view gives without reduction: the patches, and CLS if the checkpoint
   *     selects it too; or the connector's queries
   * @param towerLayers layers of the tower that the features need
   * @param model with whose widths users' scripts are tried
   * @param image each of the images
   * @param amongText whether the prompt has text between the views of a video
   */
  private TypicalImage(
      ImageLook look,
      int place,
      int tokens,
      int towerLayers,
      Optional<LlavaConfig> model,
      ViewGrid image,
      boolean amongText) {
    ModelTraits unknown = image.isVideo() ? ModelTraits.LLAVA.ofPooledPatches() : ModelTraits.LLAVA;
    this.traits = model.map(config -> config.traits(image)).orElse(unknown);
    if (tokens < look.grid().patches() && traits.queries() == 0) {
      throw new IllegalArgumentException(
          Text.format(
              "Cannot estimate an image of %d patches and %d tokens: tokens must be at least as"
                  + " many",
              look.grid().patches(), tokens));
    }
    this.look = look;
    this.place = place;
    this.tokens = tokens;
    this.towerLayers = towerLayers;
    this.model = model;
    this.image = image;
    this.amongText = amongText;
  }

  /**
   * Creates an image of one view and no certain model, for methods that are no scripts.
   *
   * @param patches N of the view, a square number
   */
  public TypicalImage(int patches, int tokens, int towerLayers) {
    this(
        new ImageLook(square(patches), 1, 1, tokens),
        0,
        tokens,
        towerLayers,
        Optional.empty(),
        ViewGrid.ONE_VIEW,
        false);
  }

  /**
   * Returns a video of no certain model, whose patches are pooled behind the connector as
   * LLaVA-OneVision's are.
   *
   * @param amongText whether the prompt has text between its frames
   */
  static TypicalImage video(boolean amongText) {
    return video(ViewGrid.video(1, 1, FRAMES), amongText);
  }

  private static TypicalImage video(ViewGrid video, boolean amongText) {
    PatchGrid frame = PatchGrid.square(FRAME_SIDE);
    int views = video.views();
    return new TypicalImage(
        new ImageLook(frame, views, 1, views * frame.patches() + 1),
        0,
        frame.patches(),
        TOWER_LAYERS,
        Optional.empty(),
        video,
        amongText);
  }

  private static PatchGrid square(int patches) {
    int side = (int) Math.round(Math.sqrt(patches));
    if (patches < 1 || side * side != patches) {
      throw new IllegalArgumentException(
          Text.format(
              "Cannot estimate an image of %d patches: they must be a square number", patches));
    }
    return PatchGrid.square(side);
  }

  /**
   * Returns the images of a prompt for a model, with whose widths users' scripts are tried.
   *
   * @param image each of them, with its tiles
   * @param images how many
   */
  static TypicalImage of(LlavaConfig config, ViewGrid image, int images) {
    int tokens = config.viewTokens(image);
    int all = images * config.sequence(image);
    return new TypicalImage(
        new ImageLook(config.patches(image), images * image.views(), images, all),
        0,
        tokens,
        config.featureDepth(),
        Optional.of(config),
        image,
        config.amongText(image));
  }

  ImageLook look() {
    return look;
  }

  /** Returns each of the images, with its tiles. */
  ViewGrid image() {
    return image;
  }

  /** Returns an image of the same aspect and of so few patches that all pairs can be looked at. */
  TypicalImage smaller() {
    double scale = Math.sqrt((double) MOST_PAIRED / count());
    PatchGrid grid =
        new PatchGrid(
            Math.max(1, (int) (grid().rows() * scale)), Math.max(1, (int) (grid().cols() * scale)));
    return new TypicalImage(
        new ImageLook(grid, 1, 1, grid.patches()),
        0,
        grid.patches(),
        towerLayers,
        model,
        image,
        amongText);
  }

  @Override
  public TypicalImage within(PictureLimit limit) {
    try {
      if (limit instanceof PictureLimit.OfFrames frames && model.isEmpty() && ofVideo()) {
        return video(image.ofFrames(frames.count(image.seenFrames().chosen())), amongText);
      }
      String none = ofVideo() ? PictureLimit.OfFrames.OF_VIDEO : ImageProcessor.ONE_RESOLUTION;
      LlavaConfig config = model.orElseThrow(() -> new ReductionException(none));
      return of(config, config.within(limit, image), look.images());
    } catch (IllegalArgumentException e) {
      throw new ReductionException(e.getMessage());
    }
  }

  /** Returns the patches of all views. */
  public int patches() {
    return Math.multiplyExact(look.views(), count());
  }

  @Override
  public int sequence() {
    return look.tokens();
  }

  @Override
  public List<TypicalImage> views() {
    return IntStream.range(0, look.views())
        .mapToObj(
            view -> new TypicalImage(look, view, tokens, towerLayers, model, image, amongText))
        .toList();
  }

  @Override
  public int view() {
    return place;
  }

  @Override
  public ViewSpan ownViews() {
    int own = look.views() / look.images();
    return new ViewSpan(place / own * own, own);
  }

  @Override
  public boolean ofVideo() {
    return image.isVideo();
  }

  @Override
  public boolean behindConnector() {
    return model.map(config -> config.pooled(image).isPresent()).orElse(ofVideo());
  }

  @Override
  public boolean amongText() {
    return amongText;
  }

  @Override
  public int staying() {
    return model
        .map(config -> look.images() * config.layout().learned(image).length)
        .orElse(ofVideo() ? 1 : 0);
  }

  @Override
  public int[] learnedPlaces() {
    return model.map(config -> config.layout().learned(image)).orElse(new int[0]);
  }

  @Override
  public int count() {
    return look.grid().patches();
  }

  @Override
  public int tokens() {
    return tokens;
  }

  @Override
  public ModelTraits traits() {
    return traits;
  }

  private boolean keepsSize() {
    return model.flatMap(config -> config.family().size()).isPresent();
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
    return look.grid();
  }

  @Override
  public float[] of(TowerEvidence evidence) {
    requireSeen(evidence);
    model.ifPresent(config -> VisionTower.requireLayers(config, evidence));
    EvidenceForm form = evidence.form(EvidenceSizes.of(count()));
    return switch (form.values()) {
      case ATTENTION -> typicalAttention(count());
      case AWAY -> away(count());
      case PAIRS -> {
        int rows = form.shape().get(0);
        if (rows > MOST_PAIRED && (keepsSize() || evidence.ofSequence())) {
          throw new TooManyPatchesException(rows);
        }
        yield identity(rows);
      }
      case BASIS -> firstBasis(count(), form.size() - count());
      case ZEROS -> new float[form.size()];
    };
  }

  private static float[] away(int patches) {
    float[] products = typicalAttention(patches);
    for (int patch = 0; patch < patches; patch++) {
      products[patch] = -products[patch];
    }
    return products;
  }

  private static float[] firstBasis(int patches, int basis) {
    float[] errors = new float[patches + basis];
    for (int place = 0; place < basis; place++) {
      errors[patches + place] = place;
    }
    return errors;
  }

  private static float[] identity(int patches) {
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
