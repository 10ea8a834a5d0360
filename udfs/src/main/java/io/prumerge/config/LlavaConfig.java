package io.prumerge.config;

import io.prumerge.architecture.Arrangement;
import io.prumerge.architecture.Connector;
import io.prumerge.architecture.DecoderWeights;
import io.prumerge.architecture.LlamaWeights;
import io.prumerge.architecture.PartWeights;
import io.prumerge.architecture.PooledFrames;
import io.prumerge.architecture.SequenceLayout;
import io.prumerge.architecture.TowerDimensions;
import io.prumerge.architecture.TowerWeights;
import io.prumerge.architecture.VideoLayout;
import io.prumerge.architecture.ViewsInTime;
import io.prumerge.architecture.WithVideos;
import io.prumerge.image.FrameTimes;
import io.prumerge.image.PatchGrid;
import io.prumerge.image.PictureLimit;
import io.prumerge.image.Resolution;
import io.prumerge.image.ViewGrid;
import io.prumerge.image.processor.ImageProcessor;
import io.prumerge.image.size.FrameSize;
import io.prumerge.image.size.ImageBounds;
import io.prumerge.image.size.NativeSize;
import io.prumerge.image.size.Tiling;
import io.prumerge.lang.Text;
import java.util.List;
import java.util.Optional;

/**
 * The configuration of a checkpoint, with every default resolved.
 *
 * @param family the parts other than tower and decoder
 * @param vision the tower
 * @param text the decoder
 * @param imageTokenId placeholder's id, below {@link TextConfig#vocabSize()}
 * @param selection what the connector gets of the tower's hidden states
 * @param tied whether the head is the embedding
 */
public record LlavaConfig(
    ModelFamily family,
    VisionConfig vision,
    TextConfig text,
    int imageTokenId,
    FeatureSelection selection,
    boolean tied) {

  /** What is counted with before any image is known, where images keep their size. */
  public static final ViewGrid PHOTOGRAPH = ViewGrid.whole(640, 480);

  public LlavaConfig {
    if (imageTokenId < 0 || imageTokenId >= text.vocabSize()) {
      throw new CheckpointException(
          "image_token_index "
              + imageTokenId
              + " is outside the text model's vocabulary of "
              + text.vocabSize());
    }
    if (vision.deeper().size() > text.layers()) {
      throw new CheckpointException(
          "vision deepstack_visual_indexes has "
              + vision.deeper().size()
              + " layers, but the decoder has "
              + text.layers());
    }
    family.cross().ifPresent(cross -> cross.require(text));
    if (selection.layers().isEmpty()) {
      throw new CheckpointException("vision_feature_layer is an empty list; name a layer");
    }
    if (family.tiling().isPresent() && selection.positions() == FeatureSelect.FULL) {
      throw new CheckpointException(
          "vision_feature_select_strategy 'full' is not supported with tiles: a class token has no"
              + " place in their grid");
    }
    for (int layer : selection.layers()) {
      if (layer < 0 || layer > vision.encoder().layers()) {
        throw new CheckpointException(
            "vision_feature_layer "
                + layer
                + " is outside the tower's hidden states 0.."
                + vision.encoder().layers());
      }
    }
  }

  /**
   * Returns this configuration with the head resolved as the embedding or as a tensor of its own.
   */
  public LlavaConfig withTied(boolean resolved) {
    return new LlavaConfig(family, vision, text, imageTokenId, selection, resolved);
  }

  /** Returns this configuration with pictures within other bounds. */
  public LlavaConfig within(NativeSize size) {
    requireMultiple("image", size.multiple());
    return of(family.withSize(size), vision.over(size));
  }

  /** Returns this configuration with frames of videos of another size. */
  public LlavaConfig withFrames(FrameSize size) {
    requireMultiple("video", size.multiple());
    return of(family.withFrames(Optional.of(size)), vision);
  }

  private void requireMultiple(String processor, int multiple) {
    if (multiple != vision.blockSize()) {
      throw new CheckpointException(
          Text.format(
              "the %s processor's patch_size x merge_size is %d but the vision tower's %d; let"
                  + " preprocessor_config.json and vision_config agree",
              processor, multiple, vision.blockSize()));
    }
  }

  private LlavaConfig of(ModelFamily other, VisionConfig tower) {
    return new LlavaConfig(other, tower, text, imageTokenId, selection, tied);
  }

  /**
   * Returns this configuration with pictures in other tiles.
   *
   * @throws CheckpointException if they do not fit the tower
   */
  public LlavaConfig within(Tiling tiling) {
    if (tiling.side() != vision.imageSize()) {
      throw new CheckpointException(
          Text.format(
              "the image processor's tiles have %d pixels a side but the vision tower's views %d;"
                  + " let preprocessor_config.json and vision_config agree",
              tiling.side(), vision.imageSize()));
    }
    return of(family.withTiling(tiling), vision);
  }

  /**
   * Returns this configuration with a user's bounds of pictures' sizes.
   *
   * @throws CheckpointException if they have one resolution, or these bounds are none of theirs
   */
  public LlavaConfig within(ImageBounds bounds) {
    if (bounds.isNone()) {
      return this;
    }
    NativeSize own =
        family
            .size()
            .orElseThrow(
                () ->
                    new CheckpointException(
                        Text.format(
                            "Cannot size pictures of a model of the family %s: it has one"
                                + " resolution; leave min_pixels, max_pixels and square out",
                            family.name())));
    try {
      return within(bounds.over(own)).withFramesWithin(bounds);
    } catch (IllegalArgumentException e) {
      throw new CheckpointException(e.getMessage(), e);
    }
  }

  /**
   * Returns this configuration with times of videos by a user's rule.
   *
   * @throws CheckpointException if it is not the default one, and times are in no seconds
   */
  public LlavaConfig timed(TimeRule rule) {
    Optional<ModelFamily> other = family.timed(rule);
    if (other.isEmpty() && rule != TimeRule.TRANSFORMERS) {
      throw new CheckpointException(
          Text.format(
              "Cannot make times of frames from seconds for a model of the family %s, whose"
                  + " positions have none; leave mrope out",
              family.name()));
    }
    return other.map(timed -> of(timed, vision)).orElse(this);
  }

  // Without a size, videos are refused: the bounds of pictures alone do not leave any for frames.
  private LlavaConfig withFramesWithin(ImageBounds bounds) {
    Optional<FrameSize> frames = family.video().flatMap(VideoConfig::size);
    if (frames.isEmpty() || bounds.square() > 0) {
      return this;
    }
    try {
      return of(family.withFrames(Optional.of(frames.get().within(bounds))), vision);
    } catch (IllegalArgumentException e) {
      return of(family.withFrames(Optional.empty()), vision);
    }
  }

  /** Returns the bounds of pictures that keep their own size; none where these have one. */
  public ImageBounds bounds() {
    return family.size().map(ImageBounds::of).orElse(ImageBounds.NONE);
  }

  /**
   * Returns the bounds of each frame of a video, where {@link #within(ImageBounds)} gives frames a
   * user's, too; else none.
   */
  public ImageBounds frameBounds() {
    return family
        .video()
        .flatMap(VideoConfig::size)
        .map(FrameSize::replaceable)
        .orElse(ImageBounds.NONE);
  }

  /** Returns the tower's weights. */
  public TowerWeights tower() {
    return vision
        .kind()
        .weights(
            new TowerDimensions(
                vision.encoder().hiddenSize(),
                vision.encoder().intermediateSize(),
                vision.encoder().layers(),
                vision.encoder().heads(),
                featureDepth(),
                vision
                    .deepStack()
                    .map(stack -> stack.side() * stack.side())
                    .orElseGet(vision::positions),
                vision.patchSize(),
                vision.channels()));
  }

  /** Returns the connector's weights. */
  public Connector connector() {
    return family.connector().weights(vision, featureSize(), text);
  }

  /** Returns the layout of an image's tokens in the sequence, with its learned weights. */
  public SequenceLayout layout() {
    SequenceLayout pictures = family.layout().of(this);
    return family
        .video()
        .<SequenceLayout>map(video -> new WithVideos(pictures, layout(video, pictures)))
        .orElse(pictures);
  }

  private static VideoLayout layout(VideoConfig video, SequenceLayout pictures) {
    return video
        .pooled()
        .<VideoLayout>map(pooled -> pooled)
        .orElseGet(() -> new ViewsInTime(pictures, video.text().views().isPresent()));
  }

  /** Returns the decoder's weights. */
  public DecoderWeights decoder() {
    DecoderWeights weights = text.weights(tied);
    return family
        .cross()
        .<DecoderWeights>map(
            cross ->
                ((LlamaWeights) weights).with(cross.moreWords(), cross.blocks(featureSize(), text)))
        .orElse(weights);
  }

  /**
   * Returns what methods ask about the model, of the views of an image: those that are pooled
   * behind the connector are blocks of the tower's patches.
   */
  public ModelTraits traits(ViewGrid image) {
    return pooled(image).isPresent() ? traits().ofPooledPatches() : traits();
  }

  /** Returns how the views of an image are pooled behind the connector, if they are: a video's. */
  public Optional<PooledFrames> pooled(ViewGrid image) {
    return image.isVideo() ? video().pooled() : Optional.empty();
  }

  /** Returns whether a prompt has text between the views of an image that is a video. */
  public boolean amongText(ViewGrid image) {
    return image.isVideo() && video().text().views().isPresent();
  }

  /** Returns what methods ask about the model, of a picture. */
  public ModelTraits traits() {
    return new ModelTraits(
        family.queries().map(QueryConfig::queries).orElse(0),
        family.reference(),
        family.beside(),
        !decoder().rotary(),
        text.threePartPositions(),
        vision.kind().classTokens() > 0,
        vision.kind().block() > 1,
        vision.kind().classFeatures() > 0,
        vision.kind().anySize() ? vision.windows().isEmpty() : vision.kind().block() == 1);
  }

  /** Returns the weights of all parts. */
  public List<PartWeights> parts() {
    return List.of(decoder(), layout(), connector(), tower());
  }

  /** Returns the encoder layers that must run to have every selected feature. */
  public int featureDepth() {
    return selection.layers().stream().mapToInt(Integer::intValue).max().orElseThrow();
  }

  /**
   * Returns the number of rows of a visual token: one, and one for each level that the decoder's
   * first layers add (Qwen3-VL's DeepStack).
   */
  public int levels() {
    return 1 + vision.deeper().size();
  }

  /**
   * Returns the width of the connector's input: the selected layers, and the patches of a block,
   * side by side; of one level.
   */
  public long featureSize() {
    return (long) vision.encoder().hiddenSize()
        * selection.layers().size()
        * vision.kind().patchesOfBlock();
  }

  /** Returns the views of an image of this size that is alone in its prompt. */
  public ViewGrid views(int width, int height) {
    return family
        .tiling()
        .map(tiling -> tiling.grid(width, height))
        .orElseGet(() -> ViewGrid.whole(width, height));
  }

  /**
   * Returns the views of an image within a limit.
   *
   * @param image its views, within a limit or not
   * @throws IllegalArgumentException if the model has no such limit, or none so small
   */
  public ViewGrid within(PictureLimit limit, ViewGrid image) {
    if (limit instanceof PictureLimit.OfFrames frames) {
      if (!image.isVideo()) {
        throw new IllegalArgumentException(PictureLimit.OfFrames.OF_PICTURE);
      }
      return image.ofFrames(frames.count(image.seenFrames().chosen()));
    }
    if (image.isVideo()) {
      throw new IllegalArgumentException(PictureLimit.OfFrames.OF_VIDEO);
    }
    boolean whole = family.severalWhole() && image.tiles() == 0; // among others of its prompt
    if (limit instanceof PictureLimit.OfPixels copy) {
      Resolution size = copy.of(image.width(), image.height());
      ViewGrid seen =
          whole ? ViewGrid.whole(size.width(), size.height()) : views(size.width(), size.height());
      return seen.copyOf(image.picture().width(), image.picture().height());
    }
    if (family.size().isPresent()) {
      return family.size().get().within(limit, image);
    }
    Tiling tiling =
        family
            .tiling()
            .filter(tiles -> !whole)
            .orElseThrow(() -> new IllegalArgumentException(ImageProcessor.ONE_RESOLUTION))
            .within(limit);
    return tiling.grid(image.width(), image.height());
  }

  /** Returns the tokens of an image before any reduction, with those that the layout adds. */
  public int sequence(ViewGrid image) {
    return layout()
        .all(image)
        .map(Arrangement::tokens)
        .orElseGet(() -> Math.multiplyExact(image.views(), viewTokens(image)));
  }

  /** Returns the patches that methods see of each view of an image of this size. */
  public PatchGrid patches(ViewGrid image) {
    return pooled(image).map(PooledFrames::frame).orElseGet(() -> features(image));
  }

  private VideoConfig video() {
    return family
        .video()
        .orElseThrow(
            () -> new IllegalArgumentException("The family " + family.name() + " takes no video"));
  }

  /**
   * Returns the views of a video of so many frames, nobody knows when, all of which are seen.
   *
   * @param width of each frame, in pixels; of a photograph where the size changes nothing or is not
   *     known
   * @param height of each frame
   */
  public ViewGrid video(int width, int height, int frames) {
    return video().grid(width, height, frames, FrameTimes.UNKNOWN);
  }

  /** Returns the times of a video's views in positions of three parts, from 0. */
  public List<Integer> times(ViewGrid video) {
    return video().times().of(video.seenFrames());
  }

  /** Returns the rows and columns of the tower's features of each view, class tokens apart. */
  public PatchGrid features(ViewGrid image) {
    if (image.isVideo() && video().size().isPresent()) {
      return video().size().get().grid(image);
    }
    return family
        .size()
        .map(size -> size.grid(image))
        .orElseGet(() -> PatchGrid.square(vision.gridSide()));
  }

  /** Returns {@link #viewTokens()} of an image of this size. */
  public int viewTokens(ViewGrid image) {
    return family.size().isPresent() || image.isVideo() ? patches(image).patches() : viewTokens();
  }

  /**
   * Returns the visual tokens of one view of an image before any reduction: those of the tower, or
   * the queries of a connector that has some; of the largest square view where these are of any
   * size.
   */
  public int viewTokens() {
    return family.queries().map(QueryConfig::queries).orElseGet(this::features);
  }

  /** Returns the rows of the tower's features of one view. */
  public int features() {
    return switch (selection.positions()) {
      case DEFAULT -> vision.patches();
      case FULL -> vision.positions();
    };
  }
}
