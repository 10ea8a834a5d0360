package io.prumerge.family;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.prumerge.architecture.ClipKind;
import io.prumerge.architecture.ClipWeights;
import io.prumerge.architecture.PooledFrames;
import io.prumerge.architecture.RowConnector;
import io.prumerge.architecture.SequenceLayout;
import io.prumerge.architecture.TiledViews;
import io.prumerge.architecture.TowerKind;
import io.prumerge.architecture.VideoNewline;
import io.prumerge.architecture.VideoPooling;
import io.prumerge.config.Activation;
import io.prumerge.config.CheckpointException;
import io.prumerge.config.ConfigReader;
import io.prumerge.config.DecoderReader;
import io.prumerge.config.Encoder;
import io.prumerge.config.FeatureSelect;
import io.prumerge.config.FeatureSelection;
import io.prumerge.config.JsonFile;
import io.prumerge.config.LayoutFactory;
import io.prumerge.config.LinearLayers;
import io.prumerge.config.LlavaConfig;
import io.prumerge.config.ModelFamily;
import io.prumerge.config.OneLinearLayer;
import io.prumerge.config.Settings;
import io.prumerge.config.SeveralImages;
import io.prumerge.config.TextConfig;
import io.prumerge.config.VideoConfig;
import io.prumerge.config.VisionConfig;
import io.prumerge.image.PixelSteps;
import io.prumerge.image.Resample;
import io.prumerge.image.Resolution;
import io.prumerge.image.processor.ClipPreprocessor;
import io.prumerge.image.processor.ImageAspect;
import io.prumerge.image.processor.ImageProcessor;
import io.prumerge.image.processor.ImageProcessors;
import io.prumerge.image.processor.PictureFrames;
import io.prumerge.image.processor.PreprocessorConfig;
import io.prumerge.image.processor.PreprocessorFile;
import io.prumerge.image.processor.ProcessorClass;
import io.prumerge.image.processor.TileProcessor;
import io.prumerge.image.processor.VideoProcessor;
import io.prumerge.image.size.BestFitTiling;
import io.prumerge.image.size.Tiling;
import io.prumerge.text.ConversationTemplate;
import io.prumerge.text.TokenizerFiles;
import io.prumerge.text.VideoText;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/**
 * LLaVA-1.5, LLaVA-NeXT, LLaVA-OneVision, LLaVA-Video and Shikra: one or two linear layers between
 * CLIP's or SigLIP's tower and a decoder. Files store only what differs from the class defaults
 * (transformers 4.57.1: LlavaConfig, LlavaNextConfig, LlavaOnevisionConfig, CLIPVisionConfig,
 * SiglipVisionConfig). Settings that only our own translations of other layouts have ({@link
 * OriginalConfig}) keep the names of those layouts.
 */
public final class LlavaFamily implements Family {

  private static final String LLAVA = "llava";
  private static final String NEXT = "llava_next";
  private static final String SHIKRA = "shikra";

  private static final String ONE_VISION = "llava_onevision";
  private static final String LLAVA_QWEN = LlavaQwenConfig.TYPE;
  private static final String TYPE = "model_type";
  private static final String QWEN2 = "qwen2"; // a decoder's type
  private static final String STRATEGY = "vision_feature_select_strategy";
  private static final String RATIO = "vision_aspect_ratio";
  private static final Pattern LIMIT = Pattern.compile("anyres_max_([1-9]\\d{0,2})");
  private static final String SHIKRA_IMAGE = "<im_patch>";
  private static final String BOTH = "Hugging Face's, LLaVA's";

  /** LLaVA-1.5's class of image processors. */
  static final String IMAGES = "LlavaImageProcessor";

  /** LLaVA-NeXT's. */
  static final String NEXT_IMAGES = "LlavaNextImageProcessor";

  /** Those of LLaVA-1.5 and LLaVA-NeXT have CLIP's steps and defaults, tiles apart. */
  static final List<ProcessorClass<PreprocessorConfig>> PROCESSORS =
      List.of(
          ClipImages.CLASS,
          new ProcessorClass<>(
              Set.of(IMAGES, "LlavaImageProcessorFast", NEXT_IMAGES, "LlavaNextImageProcessorFast"),
              ClipImages::cropped),
          ClipImages.stretching(
              Set.of("LlavaOnevisionImageProcessor", "LlavaOnevisionImageProcessorFast"),
              "size",
              384));

  /** LlavaNextConfig's default, height before width. */
  private static final List<Resolution> DEFAULT_GRIDS =
      List.of(
          new Resolution(336, 672),
          new Resolution(672, 336),
          new Resolution(672, 672),
          new Resolution(1008, 336),
          new Resolution(336, 1008));

  /** LlavaOnevisionConfig's: 1 to 6 tiles of 384 pixels in either direction. */
  private static final List<Resolution> ONEVISION_GRIDS =
      IntStream.range(0, 36)
          .mapToObj(grid -> new Resolution(384 * (grid / 6 + 1), 384 * (grid % 6 + 1)))
          .toList();

  /** The only way of the authors' LLaVA-OneVision and LLaVA-Video: their SigLipImageProcessor. */
  private static final PixelSteps SIGLIP =
      new PixelSteps(Resample.BICUBIC, List.of(0.5, 0.5, 0.5), List.of(0.5, 0.5, 0.5));

  private static final String VICUNA = "vicuna_v1";
  private static final String MISTRAL = "mistral_instruct";
  private static final String QWEN = "qwen_1_5";
  private static final List<String> TEMPLATES =
      List.of(VICUNA, "llava_v1", "llava_hf", MISTRAL, QWEN);

  /** More than Llama 2's 32,000 tokens with those that were added, fewer than Yi's or Llama 3's. */
  private static final int VICUNA_TOKENS = 33_000;

  @Override
  public List<ModelType> models() {
    return List.of(
        new ModelType(
            LLAVA,
            "LLaVA-1.5, and LLaVA with one linear layer as connector",
            BOTH,
            "one view",
            TEMPLATES),
        new ModelType(
            NEXT,
            "LLaVA-NeXT (1.6) on Vicuna or Mistral",
            BOTH,
            "the whole image and up to 4 tiles: 2,928 tokens at most",
            TEMPLATES),
        new ModelType(
            ONE_VISION,
            "LLaVA-OneVision on Qwen2",
            ModelType.HUGGING_FACE,
            "the whole image and up to 6 x 6 tiles: 8,829 tokens at most; a video: 196 a frame",
            List.of(QWEN)),
        new ModelType(
            LLAVA_QWEN,
            "LLaVA-Video on Qwen2, and LLaVA-OneVision in its authors' layout",
            "LLaVA's",
            "as LLaVA-OneVision's; of a video 182 or 210 tokens a frame, or 196",
            List.of(QWEN)),
        new ModelType(
            SHIKRA,
            "Shikra",
            "its own, with CLIP-L/14 of 224 pixels next to it as LLaVA's",
            "one view, padded with white",
            List.of("shikra")));
  }

  @Override
  public LlavaConfig config(Settings root) {
    return isOneVision(root) ? oneVision(root) : rows(root);
  }

  private static boolean isOneVision(Settings root) {
    String type = root.text(TYPE, "");
    return type.equals(ONE_VISION) || type.equals(LLAVA_QWEN);
  }

  private LlavaConfig rows(Settings root) {
    VisionConfig vision =
        root.object("vision_config").map(LlavaFamily::vision).orElseGet(LlavaFamily::clipLarge);
    TextConfig text = DecoderReader.read(decoder(root));
    return new LlavaConfig(
        family(root, vision),
        vision,
        text,
        ConfigReader.statedImageToken(root).orElse(32000),
        new FeatureSelection(
            ConfigReader.featureLayers(root, -2, vision.encoder().layers()),
            FeatureSelect.named(root.text(STRATEGY, "default"))),
        false,
        root.text("image_aspect_ratio"));
  }

  /**
   * Reads LLaVA-OneVision. Its features are a layer's output as it is, the authors'
   * (LLaVA-VL/LLaVA-NeXT df17966, {@code siglip_encoder.py}). transformers 4.57.1 takes the last
   * layer's after {@code post_layernorm}, a mistake that huggingface/transformers#40994 corrects.
   */
  private LlavaConfig oneVision(Settings root) {
    VisionConfig vision =
        root.object("vision_config").map(LlavaFamily::siglip).orElseGet(LlavaFamily::siglipLarge);
    String strategy = root.text(STRATEGY, "full");
    if (FeatureSelect.named(strategy) == FeatureSelect.DEFAULT) {
      throw root.error(
          STRATEGY, "is 'default', which would drop a patch: SigLIP has no class token; use full");
    }
    return new LlavaConfig(
        family(root, vision),
        vision,
        DecoderReader.read(decoder(root), QWEN2),
        ConfigReader.statedImageToken(root).orElse(151646),
        new FeatureSelection(
            ConfigReader.featureLayers(root, -1, vision.encoder().layers()),
            FeatureSelect.DEFAULT), // all positions are patches
        false,
        Optional.empty());
  }

  /** Reads a tower, with CLIPVisionConfig's defaults. */
  private static VisionConfig vision(Settings vision) {
    ConfigReader.requireKind(vision, "clip_vision_model");
    return ConfigReader.stated(
        vision,
        new VisionConfig(
            new Encoder(768, 3072, 12, 12, Activation.QUICK_GELU, 1e-5),
            3,
            224,
            32,
            ClipKind.CLIP));
  }

  /** Returns the default for a file without any vision_config: CLIP-L/14 at 336 pixels. */
  private static VisionConfig clipLarge() {
    return new VisionConfig(
        new Encoder(1024, 4096, 24, 16, Activation.QUICK_GELU, 1e-5), 3, 336, 14, ClipKind.CLIP);
  }

  /** Reads a tower, with SiglipVisionConfig's defaults. */
  private static VisionConfig siglip(Settings vision) {
    ConfigReader.requireKind(vision, "siglip_vision_model");
    return ConfigReader.stated(
        vision,
        new VisionConfig(
            new Encoder(768, 3072, 12, 12, Activation.GELU_TANH, 1e-6),
            3,
            224,
            16,
            ClipKind.SIGLIP));
  }

  /** Returns LlavaOnevisionConfig's tower, for a file without any vision_config. */
  private static VisionConfig siglipLarge() {
    return new VisionConfig(
        new Encoder(1152, 4304, 26, 16, Activation.GELU_TANH, 1e-6), 3, 384, 14, ClipKind.SIGLIP);
  }

  private static ModelFamily family(Settings root, VisionConfig vision) {
    return switch (root.text(TYPE, "")) {
      case NEXT -> llavaNext(root, vision);
      case ONE_VISION -> oneVision(root, vision, ONE_VISION, transformersVideos(root, vision));
      case LLAVA_QWEN -> oneVision(root, vision, LLAVA_QWEN, authorsVideos(root, vision));
      case SHIKRA -> shikra(root);
      default -> llava(root);
    };
  }

  private static ModelFamily llava(Settings root) {
    boolean linear = root.text(OriginalConfig.CONNECTION, "").equals(OriginalConfig.LINEAR);
    LinearLayers connector = linear ? new OneLinearLayer() : ConfigReader.twoLinearLayers(root);
    return ModelFamily.builder(LLAVA, connector).several(SeveralImages.ALIKE).build();
  }

  private static ModelFamily llavaNext(Settings root, VisionConfig vision) {
    return ModelFamily.builder(NEXT, ConfigReader.twoLinearLayers(root))
        .tiling(tiling(root, DEFAULT_GRIDS, vision.imageSize()))
        .layout(new TiledLayout(OptionalInt.empty()))
        .several(SeveralImages.ALIKE)
        .tilesTogether()
        .build();
  }

  private static ModelFamily oneVision(
      Settings root, VisionConfig vision, String name, VideoConfig videos) {
    String ratio = root.text(RATIO, "anyres_max_9");
    Matcher limit = LIMIT.matcher(ratio);
    if (!limit.matches()) {
      throw root.error(RATIO, "is '" + ratio + "'; known: anyres_max_N, as in anyres_max_9");
    }
    int most = Integer.parseInt(limit.group(1));
    if (most > Tiling.MOST_TILES) {
      throw root.error(
          RATIO,
          "is '"
              + ratio
              + "': a limit of "
              + most
              + " tiles is not within 1 to "
              + Tiling.MOST_TILES);
    }
    return ModelFamily.builder(name, ConfigReader.twoLinearLayers(root))
        .tiling(tiling(root, ONEVISION_GRIDS, vision.imageSize()))
        .layout(new TiledLayout(OptionalInt.of(most)))
        .several(SeveralImages.WHOLE)
        .video(videos)
        .build();
  }

  private static VideoConfig transformersVideos(Settings root, VisionConfig vision) {
    return new VideoConfig(
        new VideoText(
            ConversationTemplate.VIDEO_TOKEN, root.integer("video_token_index").orElse(151647)),
        Optional.of(
            new PooledFrames(vision.gridSide(), VideoPooling.BILINEAR, VideoNewline.AT_END)));
  }

  /**
   * Reads how the authors' code takes videos, in the place of an image's token. What it is without
   * a setting: one learned row, as {@code llava_arch.py} has it; means, as lmms-eval 75571cf
   * ({@code llava_vid.py}) sets it, since their code then fails.
   */
  private static VideoConfig authorsVideos(Settings root, VisionConfig vision) {
    String position = root.text(LlavaQwenConfig.NEWLINE, "one_token");
    VideoNewline newline =
        switch (position) {
          case "one_token" -> VideoNewline.AT_END;
          case "grid" -> VideoNewline.AFTER_LINES;
          default ->
              throw root.error(
                  LlavaQwenConfig.NEWLINE,
                  "'" + position + "' is not supported; known: grid, one_token");
        };
    String mode = root.text(LlavaQwenConfig.POOLING, "average");
    VideoPooling pooling =
        switch (mode) {
          case "average" -> VideoPooling.AVERAGE;
          case "bilinear" -> VideoPooling.BILINEAR;
          default ->
              throw root.error(
                  LlavaQwenConfig.POOLING,
                  "'" + mode + "' is not supported; known: average, bilinear");
        };
    return new VideoConfig(
        new VideoText(
            ConversationTemplate.IMAGE_TOKEN,
            ConfigReader.statedImageToken(root)
                .orElseThrow(() -> root.error("image_token_index", "is missing"))),
        Optional.of(new PooledFrames(vision.gridSide(), pooling, newline)));
  }

  /**
   * Returns the family of shikras/shikra ff79a4c, {@code ShikraConvProcess} and {@code
   * Expand2square}.
   */
  private static ModelFamily shikra(Settings root) {
    boolean ends = root.flag(OriginalConfig.START_AND_END, true);
    return ModelFamily.builder(SHIKRA, new OneLinearLayer())
        .imageText(ends ? "<im_start>" + SHIKRA_IMAGE + "<im_end>" : SHIKRA_IMAGE)
        .build();
  }

  private static Tiling tiling(Settings root, List<Resolution> absent, int side) {
    try {
      return new BestFitTiling(
          root.value(OriginalConfig.GRIDS).map(value -> grids(root, value)).orElse(absent), side);
    } catch (IllegalArgumentException e) {
      throw root.error(OriginalConfig.GRIDS, "cannot be used: " + e.getMessage());
    }
  }

  /**
   * Makes the layout of tiles.
   *
   * @param most as {@link TiledViews#most}
   */
  private record TiledLayout(OptionalInt most) implements LayoutFactory {

    @Override
    public SequenceLayout of(LlavaConfig model) {
      return new TiledViews(
          model.family().tiling().orElseThrow(),
          most,
          model.vision().gridSide(),
          model.text().hiddenSize());
    }
  }

  private static List<Resolution> grids(Settings root, JsonNode value) {
    List<Resolution> grids = new ArrayList<>();
    for (JsonNode size : value) {
      if (size.size() != 2 || !size.path(0).isInt() || !size.path(1).isInt()) {
        throw root.error(OriginalConfig.GRIDS, "must be a list of [height, width] but is " + value);
      }
      grids.add(new Resolution(size.path(0).intValue(), size.path(1).intValue()));
    }
    return grids;
  }

  @Override
  public ImageProcessors imageProcessors(LlavaConfig config, Path folder, ImageAspect aspect) {
    PreprocessorConfig view =
        isAuthors(config) ? authorsView(config) : PreprocessorFile.read(folder, PROCESSORS);
    ImageProcessor alone = alone(config, view, aspect);
    return config.family().severalWhole()
        ? new ImageProcessors(alone, new ClipPreprocessor(view, ImageAspect.PAD))
        : new ImageProcessors(alone);
  }

  private static boolean isAuthors(LlavaConfig config) {
    return config.family().name().equals(LLAVA_QWEN);
  }

  private static PreprocessorConfig authorsView(LlavaConfig config) {
    return PreprocessorConfig.stretched(config.vision().imageSize(), SIGLIP);
  }

  /** Returns LLaVA-OneVision's, or the image processor of its authors' code. */
  @Override
  public Optional<VideoProcessor> videoProcessor(LlavaConfig config, Path folder) {
    if (isAuthors(config)) {
      return Optional.of(
          new PictureFrames(new ClipPreprocessor(authorsView(config), ImageAspect.STRETCH)));
    }
    return config.family().name().equals(ONE_VISION)
        ? Optional.of(VideoFiles.oneVision(folder, config.vision().imageSize()))
        : Optional.empty();
  }

  private static ImageProcessor alone(
      LlavaConfig config, PreprocessorConfig view, ImageAspect aspect) {
    if (config.family().tiling().isPresent()) {
      return new TileProcessor(view, config.family().tiling().get());
    }
    return padsWhite(config)
        ? ClipPreprocessor.onWhite(view, aspect)
        : new ClipPreprocessor(view, aspect);
  }

  /** Returns whether padding is white instead of the image processor's mean colour. */
  private static boolean padsWhite(LlavaConfig config) {
    return config.family().name().equals(SHIKRA);
  }

  /**
   * Returns the only aspect of tiles; Shikra pads, as its own evaluation does; LLaVA's own configs
   * say it by image_aspect_ratio, Hugging Face's processor by do_pad; llava-hf says neither and
   * crops.
   */
  @Override
  public ImageAspect imageAspect(LlavaConfig config, Path folder) {
    if (config.family().aspect().isPresent()) {
      return config.family().aspect().get();
    }
    boolean pad =
        padsWhite(config)
            || config.imageAspectRatio().filter("pad"::equals).isPresent()
            || PreprocessorFile.read(folder, PROCESSORS).doPad();
    return pad ? ImageAspect.PAD : ImageAspect.CROP;
  }

  @Override
  public Optional<SplitLayout> split(Settings root) {
    if (!OriginalConfig.isOriginal(root)) {
      return Optional.empty();
    }
    return Optional.of(
        LlavaQwenConfig.isSiglip(root) ? new OriginalQwen(root) : new Original(root));
  }

  /** The layout of LLaVA-OneVision's and LLaVA-Video's authors. */
  private record OriginalQwen(Settings flat) implements SplitLayout {

    @Override
    public String tower() {
      return OriginalConfig.tower(flat);
    }

    @Override
    public String towerModel() {
      return SIGLIP;
    }

    @Override
    public Optional<Settings> knownTower() {
      return LlavaQwenConfig.knownTower(flat);
    }

    @Override
    public boolean ownTower() {
      return true;
    }

    @Override
    public OptionalInt vocabulary() {
      return OptionalInt.of(flat.neededInteger("vocab_size"));
    }

    @Override
    public Settings translated(Path folder, Settings tower) {
      return LlavaQwenConfig.translated(flat, folder, tower);
    }
  }

  /** The layout of LLaVA's and Shikra's authors. */
  private record Original(Settings flat) implements SplitLayout {

    @Override
    public String tower() {
      return OriginalConfig.tower(flat);
    }

    @Override
    public boolean ownTower() {
      return flat.flag("unfreeze_mm_vision_tower", false);
    }

    @Override
    public OptionalInt vocabulary() {
      return OriginalConfig.hasImageToken(flat)
          ? OptionalInt.empty()
          : OptionalInt.of(OriginalConfig.vocabulary(flat));
    }

    @Override
    public Settings translated(Path folder, Settings tower) {
      OptionalInt imageTokenId =
          OriginalConfig.hasImageToken(flat)
              ? OptionalInt.of(imagePatch(folder))
              : OptionalInt.empty();
      return OriginalConfig.translated(flat, tower, imageTokenId);
    }

    // Shikra's is one of the tokens that were added to Llama's.
    private static int imagePatch(Path folder) {
      Path file = folder.resolve(TokenizerFiles.ADDED);
      if (!Files.isRegularFile(file)) {
        throw new CheckpointException(
            "it has no "
                + TokenizerFiles.ADDED
                + ", which says the id of Shikra's token "
                + SHIKRA_IMAGE);
      }
      Settings added = JsonFile.read(file);
      OptionalInt id = added.integer(SHIKRA_IMAGE);
      if (id.isEmpty()) {
        throw added.error(SHIKRA_IMAGE, "is missing; it stands for an image");
      }
      return id.getAsInt();
    }
  }

  /** Returns the files of LLaVA's own layout as transformers' conversion writes them. */
  @Override
  public Map<String, JsonNode> rewritten(
      SideFolders folders, LlavaConfig model, ObjectNode config) {
    return folders.addsImageToken() && !isAuthors(model)
        ? OriginalFiles.of(folders, model)
        : Map.of();
  }

  @Override
  public List<TowerKind> towers() {
    return List.of(ClipKind.values());
  }

  /**
   * Returns the template by the language model, as LLaVA's evaluation scripts choose it. Decoders
   * of Llama's architecture with other tokenizers than Vicuna's were trained in templates that are
   * not known here.
   */
  @Override
  public Optional<String> template(Settings root, Path folder) {
    String type = root.text(TYPE, "");
    if (type.equals(SHIKRA) || isOneVision(root)) {
      return Family.super.template(root, folder);
    }
    Settings decoder = decoder(root);
    return switch (decoder.text(TYPE, "llama")) {
      case "llama" ->
          DecoderReader.read(decoder).vocabSize() < VICUNA_TOKENS
              ? Optional.of(VICUNA)
              : Optional.empty();
      case "mistral" -> Optional.of(MISTRAL);
      case QWEN2 -> Optional.of(QWEN);
      default -> Optional.empty();
    };
  }

  @Override
  public TensorNames names(Settings root) {
    return new Names();
  }

  /**
   * Their names. Vision tower and projector are matched first, because their names contain prefixes
   * of the others.
   */
  private static final class Names implements TensorNames {

    private static final Pattern VISION =
        Pattern.compile(
            "(?:(?:model\\.)?vision_tower\\.(?:vision_tower\\.)?(?:vision_model\\.)?"
                + "|vision_model\\.)(.+)");
    private static final Pattern PROJECTOR =
        Pattern.compile("(?:model\\.)?(?:multi_modal_projector|mm_projector)\\.(.+)");
    private static final Set<String> NEWLINES =
        Set.of(TiledViews.NEWLINE_ROW, "model." + TiledViews.NEWLINE_ROW);

    @Override
    public Optional<String> canonical(String spelling) {
      if (Spellings.ignored(spelling)) {
        return Optional.empty();
      }
      if (NEWLINES.contains(spelling)) {
        return Optional.of(TiledViews.NEWLINE_ROW);
      }
      Matcher vision = VISION.matcher(spelling);
      if (vision.matches()) {
        return Optional.of(ClipWeights.PREFIX + vision.group(1));
      }
      Matcher projector = PROJECTOR.matcher(spelling);
      if (projector.matches()) {
        return Optional.of(RowConnector.PREFIX + projectorLayer(projector.group(1)));
      }
      return Optional.of(Spellings.text(spelling));
    }

    /**
     * The original projector is a sequence of layers 0 (linear), 1 (activation) and 2 (linear), or
     * one layer.
     */
    private static String projectorLayer(String rest) {
      if (rest.startsWith("0.")) {
        return "linear_1." + rest.substring(2);
      }
      if (rest.equals("weight") || rest.equals("bias")) {
        return "linear." + rest;
      }
      return rest.startsWith("2.") ? "linear_2." + rest.substring(2) : rest;
    }
  }
}
