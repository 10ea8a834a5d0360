package io.prumerge.config;

import io.prumerge.architecture.SingleViewLayout;
import io.prumerge.image.processor.ImageAspect;
import io.prumerge.image.size.FrameSize;
import io.prumerge.image.size.NativeSize;
import io.prumerge.image.size.Tiling;
import io.prumerge.text.ConversationTemplate;
import io.prumerge.text.TiledImageText;
import java.util.Optional;

/**
 * What models can do that their parts do not say: the connector between tower and decoder, how an
 * image becomes views, and how it stands in a prompt. A family of models makes one of these.
 *
 * @param name {@code model_type} of its config.json
 * @param connector the part between tower and decoder
 * @param tiling the grids of tiles; empty where an image has one view
 * @param size of images that keep their own; empty where all become squares
 * @param layout makes the layout of an image's tokens in the sequence
 * @param imageText the text of an image in a prompt; it has the image's token once
 * @param tiledText the text of an image in tiles, which has the image's token once for each view;
 *     empty where it is the same
 * @param several whether and how a prompt may have several images, with text between them
 * @param video how a model takes videos; empty where it takes none
 * @param tilesTogether whether a method may take an image's tiles together with its whole view: no
 *     later step makes their grid smaller
 * @param reference the models whose code by a method's authors is followed
 */
public record ModelFamily(
    String name,
    ConnectorConfig connector,
    Optional<Tiling> tiling,
    Optional<NativeSize> size,
    LayoutFactory layout,
    String imageText,
    Optional<TiledImageText> tiledText,
    SeveralImages several,
    Optional<VideoConfig> video,
    boolean tilesTogether,
    ReferenceModel reference) {

  private static final LayoutFactory SINGLE_VIEW =
      model -> new SingleViewLayout(model.viewTokens());

  /**
   * Begins a family with one view of an image, a square, whose place in a prompt is {@code
   * <image>}; one image in a prompt; and LLaVA's code where a method has several.
   *
   * @param name {@code model_type} of its config.json
   */
  public static Builder builder(String name, ConnectorConfig connector) {
    return new Builder(name, connector);
  }

  /** Sets what a family differs in. */
  public static final class Builder {

    private final String name;
    private final ConnectorConfig connector;
    private Optional<Tiling> tiling = Optional.empty();
    private Optional<NativeSize> size = Optional.empty();
    private LayoutFactory layout = SINGLE_VIEW;
    private String imageText = ConversationTemplate.IMAGE_TOKEN;
    private Optional<TiledImageText> tiledText = Optional.empty();
    private SeveralImages several = SeveralImages.NONE;
    private Optional<VideoConfig> video = Optional.empty();
    private boolean tilesTogether;
    private ReferenceModel reference = ReferenceModel.LLAVA;

    private Builder(String name, ConnectorConfig connector) {
      this.name = name;
      this.connector = connector;
    }

    private Builder(ModelFamily other) {
      this(other.name, other.connector);
      tiling = other.tiling;
      size = other.size;
      layout = other.layout;
      imageText = other.imageText;
      tiledText = other.tiledText;
      several = other.several;
      video = other.video;
      tilesTogether = other.tilesTogether;
      reference = other.reference;
    }

    /** Sets the grids of tiles. */
    public Builder tiling(Tiling grids) {
      tiling = Optional.of(grids);
      return this;
    }

    /** Sets the bounds of images that keep their own size. */
    public Builder size(NativeSize bounds) {
      size = Optional.of(bounds);
      return this;
    }

    /** Sets the layout of an image's tokens, if it is not one view of a fixed number of tokens. */
    public Builder layout(LayoutFactory factory) {
      layout = factory;
      return this;
    }

    /** Sets the text of an image in a prompt. */
    public Builder imageText(String text) {
      imageText = text;
      return this;
    }

    /** Sets the text of an image in tiles. */
    public Builder tiledText(TiledImageText text) {
      tiledText = Optional.of(text);
      return this;
    }

    /** Sets how a prompt has several images. */
    public Builder several(SeveralImages images) {
      several = images;
      return this;
    }

    /** Sets how videos are taken. */
    public Builder video(VideoConfig videos) {
      video = Optional.of(videos);
      return this;
    }

    /** Lets methods take an image's tiles together with its whole view. */
    public Builder tilesTogether() {
      tilesTogether = true;
      return this;
    }

    /** Sets whose code is followed where a method's authors have several. */
    public Builder reference(ReferenceModel models) {
      reference = models;
      return this;
    }

    /** Returns the family. */
    public ModelFamily build() {
      return new ModelFamily(
          name,
          connector,
          tiling,
          size,
          layout,
          imageText,
          tiledText,
          several,
          video,
          tilesTogether,
          reference);
    }
  }

  /** Returns this family with other bounds of images that keep their own size. */
  ModelFamily withSize(NativeSize bounds) {
    return new Builder(this).size(bounds).build();
  }

  /** Returns this family with frames of videos of another size; without videos, as it is. */
  ModelFamily withFrames(Optional<FrameSize> frames) {
    return video.map(videos -> withVideo(videos.withSize(frames))).orElse(this);
  }

  /** Returns this family with times of videos by a rule; empty where they are in no seconds. */
  Optional<ModelFamily> timed(TimeRule rule) {
    return video.flatMap(videos -> videos.timed(rule)).map(this::withVideo);
  }

  private ModelFamily withVideo(VideoConfig other) {
    return new Builder(this).video(other).build();
  }

  /** Returns this family with other grids of tiles. */
  ModelFamily withTiling(Tiling grids) {
    return new Builder(this).tiling(grids).build();
  }

  /**
   * Returns the only way in which it is shown images, where it has one of its own; else they are
   * padded or cropped. A connector with queries sees the whole image whatever its aspect.
   */
  public Optional<ImageAspect> aspect() {
    if (tiling.isPresent()) {
      return Optional.of(ImageAspect.ANYRES);
    }
    if (size.isPresent()) {
      return Optional.of(ImageAspect.NATIVE);
    }
    return queries().map(some -> ImageAspect.STRETCH);
  }

  /** Returns the connector's settings, if it is of linear layers. */
  public Optional<LinearLayers> linear() {
    return Optional.of(connector)
        .filter(LinearLayers.class::isInstance)
        .map(LinearLayers.class::cast);
  }

  /** Returns the connector's settings, if it has queries of its own. */
  public Optional<QueryConfig> queries() {
    return Optional.of(connector)
        .filter(QueryConfig.class::isInstance)
        .map(QueryConfig.class::cast);
  }

  /**
   * Returns the resampler and the decoder's blocks that attend to what it makes, if it has some.
   */
  public Optional<CrossConfig> cross() {
    return Optional.of(connector)
        .filter(CrossConfig.class::isInstance)
        .map(CrossConfig.class::cast);
  }

  /** Returns whether an image's rows are none of the sequence: the decoder attends to them. */
  public boolean beside() {
    return cross().isPresent();
  }

  /** Returns whether a prompt may have several images, with text between them. */
  public boolean severalImages() {
    return several != SeveralImages.NONE;
  }

  /**
   * Returns whether each of several images of a prompt is seen whole only, padded to a square, and
   * one alone in tiles.
   */
  public boolean severalWhole() {
    return several == SeveralImages.WHOLE;
  }

  /**
   * Returns whether the image stands before the whole text of a prompt, and before its begin token.
   */
  public boolean imageFirst() {
    return connector instanceof QFormerConfig;
  }
}
