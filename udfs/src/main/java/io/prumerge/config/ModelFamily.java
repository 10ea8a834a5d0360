package io.prumerge.config;

import io.prumerge.architecture.Connector;
import io.prumerge.architecture.RowConnector;
import io.prumerge.architecture.RowConnector.LinearConnector;
import io.prumerge.architecture.RowConnector.MlpConnector;
import io.prumerge.architecture.SequenceLayout;
import io.prumerge.architecture.SequenceLayout.Beside;
import io.prumerge.architecture.SequenceLayout.OwnSize;
import io.prumerge.architecture.SequenceLayout.SingleView;
import io.prumerge.architecture.ThumbnailLast;
import io.prumerge.architecture.TiledViews;
import io.prumerge.image.ImageAspect;
import io.prumerge.image.PreprocessorConfig.TargetSize.NativeSize;
import io.prumerge.image.Tiling;
import io.prumerge.text.ConversationTemplate;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * What sets a family of models apart: the parts between tower and decoder, and how an image stands
 * in a prompt. Another family is another value of this, which {@link FamilyReader} reads.
 *
 * @param name {@code model_type} of its config.json
 * @param connection the connector's kind
 * @param queries the connector's settings, if it has queries of its own
 * @param tiling the grids of tiles; empty where an image has one view
 * @param imageText the text of an image in a prompt; it has the image's token once
 * @param padding colour around an image that is padded to a square
 * @param size of images that keep their own; empty where all become squares
 */
public record ModelFamily(
    String name,
    Connection connection,
    Optional<QueryConfig> queries,
    Optional<Tiling> tiling,
    String imageText,
    PaddingColour padding,
    Optional<NativeSize> size) {

  public static final String BLIP_2_NAME = "blip-2";
  public static final String IDEFICS_NAME = "idefics";
  public static final String INSTRUCT_BLIP_NAME = "instructblip";
  public static final String INTERNVL_NAME = "internvl";
  public static final String LLAVA_NAME = "llava";
  public static final String LLAVA_NEXT_NAME = "llava_next";
  public static final String LLAVA_ONEVISION_NAME = "llava_onevision";
  public static final String QWEN2_5_VL_NAME = "qwen2_5_vl";
  public static final String QWEN2_VL_NAME = "qwen2_vl";
  public static final String QWEN3_VL_NAME = "qwen3_vl";
  public static final String QWEN_VL_NAME = "qwen";
  public static final String SHIKRA_NAME = "shikra";

  private static final String INTERNVL_IMAGE = "<img><IMG_CONTEXT></img>";
  private static final String QWEN_IMAGE = "<|vision_start|><|image_pad|><|vision_end|>";

  private static final Set<String> SEVERAL_IMAGES =
      Set.of(
          IDEFICS_NAME,
          INTERNVL_NAME,
          LLAVA_NAME,
          LLAVA_NEXT_NAME,
          LLAVA_ONEVISION_NAME,
          QWEN2_5_VL_NAME,
          QWEN2_VL_NAME,
          QWEN3_VL_NAME,
          QWEN_VL_NAME);

  /** LLaVA-1.5. */
  public static final ModelFamily LLAVA =
      new ModelFamily(
          LLAVA_NAME,
          Connection.MLP,
          Optional.empty(),
          Optional.empty(),
          ConversationTemplate.IMAGE_TOKEN,
          PaddingColour.MEAN);

  /** The kinds of connectors. */
  public enum Connection {
    /** Two linear layers. */
    MLP,
    /** One. */
    LINEAR,
    /** Queries of its own. */
    QUERIES,
    /** Two linear layers behind a norm, over blocks of patches. */
    BLOCKS
  }

  /** The colours of padding. */
  public enum PaddingColour {
    /** The mean of the image processor. */
    MEAN,
    WHITE
  }

  /** A family whose images become squares. */
  public ModelFamily(
      String name,
      Connection connection,
      Optional<QueryConfig> queries,
      Optional<Tiling> tiling,
      String imageText,
      PaddingColour padding) {
    this(name, connection, queries, tiling, imageText, padding, Optional.empty());
  }

  public ModelFamily {
    Objects.requireNonNull(size, "size is null");
    Objects.requireNonNull(name, "name is null");
    Objects.requireNonNull(connection, "connection is null");
    Objects.requireNonNull(queries, "queries is null");
    Objects.requireNonNull(tiling, "tiling is null");
    Objects.requireNonNull(imageText, "imageText is null");
    Objects.requireNonNull(padding, "padding is null");
  }

  /**
   * Returns a family of connectors that see the whole image whatever its aspect.
   *
   * @param imageText the text of an image in a prompt
   */
  public static ModelFamily ofQueries(String name, QueryConfig queries, String imageText) {
    return new ModelFamily(
        name,
        Connection.QUERIES,
        Optional.of(queries),
        Optional.empty(),
        imageText,
        PaddingColour.MEAN);
  }

  /** Returns Qwen2-VL's, Qwen2.5-VL's or Qwen3-VL's. */
  static ModelFamily ofAnySize(String name, NativeSize size) {
    return new ModelFamily(
        name,
        Connection.BLOCKS,
        Optional.empty(),
        Optional.empty(),
        QWEN_IMAGE,
        PaddingColour.MEAN,
        Optional.of(size));
  }

  /** Returns InternVL's. */
  static ModelFamily ofStretchedTiles(Tiling tiling) {
    return new ModelFamily(
        INTERNVL_NAME,
        Connection.BLOCKS,
        Optional.empty(),
        Optional.of(tiling),
        INTERNVL_IMAGE,
        PaddingColour.MEAN);
  }

  /**
   * Returns the only way in which it is shown images, where it has one of its own; else they are
   * padded or cropped.
   */
  public Optional<ImageAspect> aspect() {
    if (tiling.isPresent()) {
      return Optional.of(ImageAspect.ANYRES);
    }
    if (size.isPresent()) {
      return Optional.of(ImageAspect.NATIVE);
    }
    return queries.map(some -> ImageAspect.STRETCH);
  }

  /** Returns what sets IDEFICS apart. */
  public Optional<CrossConfig> cross() {
    return queries.filter(CrossConfig.class::isInstance).map(CrossConfig.class::cast);
  }

  /** Returns whether an image's rows are none of the sequence: the decoder attends to them. */
  public boolean beside() {
    return cross().isPresent();
  }

  /** Returns the models whose code by a method's authors this family runs. */
  public ReferenceModel reference() {
    if (size.isPresent()) {
      return ReferenceModel.QWEN_VL;
    }
    return name.equals(INTERNVL_NAME) ? ReferenceModel.INTERN_VL : ReferenceModel.LLAVA;
  }

  /** Returns whether a prompt may have several images, with text between them. */
  public boolean severalImages() {
    return SEVERAL_IMAGES.contains(name);
  }

  /**
   * Returns whether each of several images of a prompt is seen whole only, padded to a square, and
   * one alone in tiles.
   */
  public boolean severalWhole() {
    return name.equals(LLAVA_ONEVISION_NAME);
  }

  /**
   * Returns whether the image stands before the whole text of a prompt, and before its begin token.
   */
  public boolean imageFirst() {
    return queries.filter(QFormerConfig.class::isInstance).isPresent();
  }

  /**
   * Returns the connector's weights.
   *
   * @param vision the tower
   * @param in width of the tower's features
   * @param text the decoder
   */
  Connector connector(VisionConfig vision, long in, TextConfig text, boolean biases) {
    long width = text.hiddenSize();
    return switch (connection) {
      case MLP -> new MlpConnector(in, width, biases);
      case LINEAR -> new LinearConnector(in, width);
      case QUERIES -> queries.orElseThrow().weights(in, text);
      case BLOCKS -> RowConnector.ofBlocks(vision.kind(), in, width, vision.deeper().size());
    };
  }

  /**
   * Returns the layout of an image's tokens.
   *
   * @param tokens of one view
   * @param side patches in a row of it
   * @param width of the decoder
   */
  SequenceLayout layout(int tokens, int side, long width) {
    if (size.isPresent()) {
      return new OwnSize(size.get());
    }
    if (beside()) {
      return new Beside(tokens);
    }
    return tiling
        .<SequenceLayout>map(
            grids ->
                switch (grids.fit()) {
                  case CENTRED -> new TiledViews(grids, side, width);
                  case STRETCHED -> new ThumbnailLast(grids, tokens);
                })
        .orElseGet(() -> new SingleView(tokens));
  }
}
