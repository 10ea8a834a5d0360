package io.prumerge.family;

import io.prumerge.architecture.ClipKind;
import io.prumerge.architecture.PooledFrames;
import io.prumerge.architecture.TowerKind;
import io.prumerge.architecture.VideoNewline;
import io.prumerge.architecture.VideoPooling;
import io.prumerge.config.Activation;
import io.prumerge.config.ConfigReader;
import io.prumerge.config.DecoderReader;
import io.prumerge.config.Encoder;
import io.prumerge.config.FeatureSelect;
import io.prumerge.config.FeatureSelection;
import io.prumerge.config.LlavaConfig;
import io.prumerge.config.ModelFamily;
import io.prumerge.config.Settings;
import io.prumerge.config.SeveralImages;
import io.prumerge.config.VideoConfig;
import io.prumerge.config.VisionConfig;
import io.prumerge.image.PixelSteps;
import io.prumerge.image.Resample;
import io.prumerge.image.Resolution;
import io.prumerge.image.processor.ClipPreprocessor;
import io.prumerge.image.processor.ImageAspect;
import io.prumerge.image.processor.ImageProcessors;
import io.prumerge.image.processor.PictureFrames;
import io.prumerge.image.processor.PreprocessorConfig;
import io.prumerge.image.processor.PreprocessorFile;
import io.prumerge.image.processor.TileProcessor;
import io.prumerge.image.processor.VideoProcessor;
import io.prumerge.image.size.Tiling;
import io.prumerge.text.ConversationTemplate;
import io.prumerge.text.VideoText;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/**
 * LLaVA-OneVision in Hugging Face's layout, and in its authors', which LLaVA-Video has too: two
 * linear layers between SigLIP's tower and Qwen2. Files store only what differs from the class
 * defaults (transformers 4.57.1: LlavaOnevisionConfig, SiglipVisionConfig). Settings that only our
 * own translations of the authors' layout have ({@link LlavaQwenConfig}) keep its names.
 *
 * <p>A video goes through five types: {@code FrameRule} of the module of jobs chooses its frames
 * ({@code LMMS_EVAL} is that of their evaluation); the tower's {@link VisionConfig#imageSize} is
 * the side that each is stretched to; {@code StretchedFrames} of {@link VideoFiles}, in the
 * authors' layout {@link PictureFrames}, makes a view of each; {@link VideoConfig} has the {@link
 * PooledFrames} that make its rows fewer behind the connector; {@link VideoText} tells of them in a
 * prompt, by one token.
 */
public final class OneVisionFamily implements Family {

  private static final String ONE_VISION = "llava_onevision";
  private static final String LLAVA_QWEN = LlavaQwenConfig.TYPE;
  private static final String TYPE = "model_type";
  private static final String STRATEGY = "vision_feature_select_strategy";
  private static final String RATIO = "vision_aspect_ratio";
  private static final Pattern LIMIT = Pattern.compile("anyres_max_([1-9]\\d{0,2})");
  private static final String QWEN = "qwen_1_5"; // a template

  /** LlavaOnevisionConfig's: 1 to 6 tiles of 384 pixels in either direction. */
  private static final List<Resolution> GRIDS =
      IntStream.range(0, 36)
          .mapToObj(grid -> new Resolution(384 * (grid / 6 + 1), 384 * (grid % 6 + 1)))
          .toList();

  /** The only way of the authors' LLaVA-OneVision and LLaVA-Video: their SigLipImageProcessor. */
  private static final PixelSteps SIGLIP =
      new PixelSteps(Resample.BICUBIC, List.of(0.5, 0.5, 0.5), List.of(0.5, 0.5, 0.5));

  @Override
  public List<ModelType> models() {
    return List.of(
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
            List.of(QWEN)));
  }

  /**
   * Reads the model. Its features are a layer's output as it is, the authors' (LLaVA-VL/LLaVA-NeXT
   * df17966, {@code siglip_encoder.py}). transformers 4.57.1 takes the last layer's after {@code
   * post_layernorm}, a mistake that huggingface/transformers#40994 corrects.
   */
  @Override
  public LlavaConfig config(Settings root) {
    VisionConfig vision =
        root.object("vision_config")
            .map(OneVisionFamily::siglip)
            .orElseGet(OneVisionFamily::siglipLarge);
    String strategy = root.text(STRATEGY, "full");
    if (FeatureSelect.named(strategy) == FeatureSelect.DEFAULT) {
      throw root.error(
          STRATEGY, "is 'default', which would drop a patch: SigLIP has no class token; use full");
    }
    return new LlavaConfig(
        family(root, vision),
        vision,
        DecoderReader.read(decoder(root), "qwen2"),
        ConfigReader.statedImageToken(root).orElse(151646),
        new FeatureSelection(
            ConfigReader.featureLayers(root, -1, vision.encoder().layers()),
            FeatureSelect.DEFAULT), // all positions are patches
        false);
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
    boolean authors = root.text(TYPE, "").equals(LLAVA_QWEN);
    return ModelFamily.builder(
            authors ? LLAVA_QWEN : ONE_VISION, ConfigReader.twoLinearLayers(root))
        .tiling(BestFitTiles.tiling(root, GRIDS, vision.imageSize()))
        .layout(new BestFitTiles(OptionalInt.of(most)))
        .several(SeveralImages.WHOLE)
        .video(authors ? authorsVideos(root, vision) : transformersVideos(root, vision))
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

  @Override
  public ImageProcessors imageProcessors(LlavaConfig config, Path folder, ImageAspect aspect) {
    PreprocessorConfig view =
        isAuthors(config)
            ? authorsView(config)
            : PreprocessorFile.read(folder, LlavaFamily.PROCESSORS);
    return new ImageProcessors(
        new TileProcessor(view, config.family().tiling().orElseThrow()),
        new ClipPreprocessor(view, ImageAspect.PAD));
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
    return Optional.of(
        isAuthors(config)
            ? new PictureFrames(new ClipPreprocessor(authorsView(config), ImageAspect.STRETCH))
            : VideoFiles.oneVision(folder, config.vision().imageSize()));
  }

  @Override
  public Optional<SplitLayout> split(Settings root) {
    return OriginalConfig.type(root)
        .filter(LLAVA_QWEN::equals)
        .map(type -> new LlavaQwenLayout(root));
  }

  /** The layout of LLaVA-OneVision's and LLaVA-Video's authors. */
  private record LlavaQwenLayout(Settings flat) implements SplitLayout {

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

  @Override
  public List<TowerKind> towers() {
    return List.of(ClipKind.SIGLIP);
  }

  @Override
  public TensorNames names(Settings root) {
    return new LlavaNames();
  }
}
