package io.prumerge.config;

import io.prumerge.architecture.Connector;
import io.prumerge.architecture.RowConnector;
import io.prumerge.architecture.RowConnector.LinearConnector;
import io.prumerge.architecture.RowConnector.MlpConnector;
import io.prumerge.architecture.SequenceLayout;
import io.prumerge.architecture.SequenceLayout.OwnSize;
import io.prumerge.architecture.SequenceLayout.SingleView;
import io.prumerge.architecture.ThumbnailLast;
import io.prumerge.architecture.TiledViews;
import io.prumerge.architecture.TowerKind;
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
 * @param qformer the connector's settings, if it is a Q-Former
 * @param tiling the grids of tiles; empty where an image has one view
 * @param imageText the text of an image in a prompt; it has the image's token once
 * @param padding colour around an image that is padded to a square
 * @param size of images that keep their own; empty where all become squares
 */
public record ModelFamily(
    String name,
    Connection connection,
    Optional<QFormerConfig> qformer,
    Optional<Tiling> tiling,
    String imageText,
    PaddingColour padding,
    Optional<NativeSize> size) {

  public static final String BLIP_2_NAME = "blip-2";
  public static final String INSTRUCT_BLIP_NAME = "instructblip";
  public static final String INTERNVL_NAME = "internvl";
  public static final String LLAVA_NAME = "llava";
  public static final String LLAVA_NEXT_NAME = "llava_next";
  public static final String LLAVA_ONEVISION_NAME = "llava_onevision";
  public static final String QWEN2_5_VL_NAME = "qwen2_5_vl";
  public static final String QWEN2_VL_NAME = "qwen2_vl";
  public static final String SHIKRA_NAME = "shikra";

  private static final String INTERNVL_IMAGE = "<img><IMG_CONTEXT></img>";
  private static final String QWEN_IMAGE = "<|vision_start|><|image_pad|><|vision_end|>";

  private static final Set<String> SEVERAL_IMAGES =
      Set.of(
          INTERNVL_NAME,
          LLAVA_NAME,
          LLAVA_NEXT_NAME,
          LLAVA_ONEVISION_NAME,
          QWEN2_5_VL_NAME,
          QWEN2_VL_NAME);

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
    /** A Q-Former. */
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
      Optional<QFormerConfig> qformer,
      Optional<Tiling> tiling,
      String imageText,
      PaddingColour padding) {
    this(name, connection, qformer, tiling, imageText, padding, Optional.empty());
  }

  public ModelFamily {
    Objects.requireNonNull(size, "size is null");
    Objects.requireNonNull(name, "name is null");
    Objects.requireNonNull(connection, "connection is null");
    Objects.requireNonNull(qformer, "qformer is null");
    Objects.requireNonNull(tiling, "tiling is null");
    Objects.requireNonNull(imageText, "imageText is null");
    Objects.requireNonNull(padding, "padding is null");
  }

  /** Returns a family of Q-Formers, which see the whole image whatever its aspect. */
  static ModelFamily ofQueries(String name, QFormerConfig qformer) {
    return new ModelFamily(
        name,
        Connection.QUERIES,
        Optional.of(qformer),
        Optional.empty(),
        ConversationTemplate.IMAGE_TOKEN,
        PaddingColour.MEAN);
  }

  /** Returns Qwen2-VL's or Qwen2.5-VL's. */
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
    return qformer.map(queries -> ImageAspect.STRETCH);
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
    return qformer.isPresent();
  }

  /**
   * Returns the connector's weights.
   *
   * @param kind of the tower
   * @param in width of the tower's features
   * @param width of the decoder
   */
  Connector connector(TowerKind kind, long in, long width, boolean biases) {
    return switch (connection) {
      case MLP -> new MlpConnector(in, width, biases);
      case LINEAR -> new LinearConnector(in, width);
      case QUERIES -> qformer.orElseThrow().weights(in, width);
      case BLOCKS -> RowConnector.ofBlocks(kind, in, width);
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
