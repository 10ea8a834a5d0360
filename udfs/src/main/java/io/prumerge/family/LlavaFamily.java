package io.prumerge.family;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.prumerge.architecture.ClipKind;
import io.prumerge.architecture.TowerKind;
import io.prumerge.config.Activation;
import io.prumerge.config.ConfigReader;
import io.prumerge.config.DecoderReader;
import io.prumerge.config.Encoder;
import io.prumerge.config.FeatureSelect;
import io.prumerge.config.FeatureSelection;
import io.prumerge.config.LinearLayers;
import io.prumerge.config.LlavaConfig;
import io.prumerge.config.ModelFamily;
import io.prumerge.config.OneLinearLayer;
import io.prumerge.config.Settings;
import io.prumerge.config.SeveralImages;
import io.prumerge.config.TextConfig;
import io.prumerge.config.VisionConfig;
import io.prumerge.image.Resolution;
import io.prumerge.image.processor.ClipPreprocessor;
import io.prumerge.image.processor.ImageAspect;
import io.prumerge.image.processor.ImageProcessor;
import io.prumerge.image.processor.ImageProcessors;
import io.prumerge.image.processor.PreprocessorConfig;
import io.prumerge.image.processor.PreprocessorFile;
import io.prumerge.image.processor.ProcessorClass;
import io.prumerge.image.processor.TileProcessor;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Function;

/**
 * LLaVA-1.5 and LLaVA-NeXT: one or two linear layers between CLIP's tower and a decoder. Files
 * store only what differs from the class defaults (transformers 4.57.1: LlavaConfig,
 * LlavaNextConfig, CLIPVisionConfig). Settings that only our own translations of the authors'
 * layout have ({@link OriginalConfig}) keep its names.
 */
public final class LlavaFamily implements Family {

  private static final String LLAVA = "llava";
  private static final String NEXT = "llava_next";
  private static final String TYPE = "model_type";
  private static final String STRATEGY = "vision_feature_select_strategy";
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
            TEMPLATES));
  }

  @Override
  public LlavaConfig config(Settings root) {
    boolean next = root.text(TYPE, "").equals(NEXT);
    return config(root, vision -> next ? llavaNext(root, vision) : llava(root));
  }

  /**
   * Reads LLaVA, or a model with its tower and decoders.
   *
   * @param family makes the family of a tower
   */
  static LlavaConfig config(Settings root, Function<VisionConfig, ModelFamily> family) {
    VisionConfig vision =
        root.object("vision_config").map(LlavaFamily::vision).orElseGet(LlavaFamily::clipLarge);
    TextConfig text = DecoderReader.read(DecoderReader.stated(root));
    return new LlavaConfig(
        family.apply(vision),
        vision,
        text,
        ConfigReader.statedImageToken(root).orElse(32000),
        new FeatureSelection(
            ConfigReader.featureLayers(root, -2, vision.encoder().layers()),
            FeatureSelect.named(root.text(STRATEGY, "default"))),
        false);
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

  private static ModelFamily llava(Settings root) {
    boolean linear = root.text(OriginalConfig.CONNECTION, "").equals(OriginalConfig.LINEAR);
    LinearLayers connector = linear ? new OneLinearLayer() : ConfigReader.twoLinearLayers(root);
    return ModelFamily.builder(LLAVA, connector).several(SeveralImages.ALIKE).build();
  }

  private static ModelFamily llavaNext(Settings root, VisionConfig vision) {
    return ModelFamily.builder(NEXT, ConfigReader.twoLinearLayers(root))
        .tiling(BestFitTiles.tiling(root, DEFAULT_GRIDS, vision.imageSize()))
        .layout(new BestFitTiles(OptionalInt.empty()))
        .several(SeveralImages.ALIKE)
        .tilesTogether()
        .build();
  }

  @Override
  public ImageProcessors imageProcessors(LlavaConfig config, Path folder, ImageAspect aspect) {
    PreprocessorConfig view = PreprocessorFile.read(folder, PROCESSORS);
    return new ImageProcessors(
        config
            .family()
            .tiling()
            .<ImageProcessor>map(tiling -> new TileProcessor(view, tiling))
            .orElseGet(() -> new ClipPreprocessor(view, aspect)));
  }

  /**
   * Returns the only aspect of tiles; LLaVA's own configs say it by image_aspect_ratio, Hugging
   * Face's processor by do_pad; llava-hf says neither and crops.
   */
  @Override
  public ImageAspect imageAspect(LlavaConfig config, Settings root, Path folder) {
    if (config.family().aspect().isPresent()) {
      return config.family().aspect().get();
    }
    boolean pad =
        root.text(OriginalConfig.ASPECT, "").equals("pad")
            || PreprocessorFile.read(folder, PROCESSORS).doPad();
    return pad ? ImageAspect.PAD : ImageAspect.CROP;
  }

  @Override
  public Optional<SplitLayout> split(Settings root) {
    return OriginalConfig.type(root)
        .filter(LLAVA::equals)
        .map(
            type ->
                new OriginalLayout(
                    root,
                    OptionalInt.of(OriginalConfig.vocabulary(root)),
                    folder -> OptionalInt.empty()));
  }

  /** Returns the files of LLaVA's own layout as transformers' conversion writes them. */
  @Override
  public Map<String, JsonNode> rewritten(
      SideFolders folders, LlavaConfig model, ObjectNode config) {
    return folders.addsImageToken() ? OriginalFiles.of(folders, model, config) : Map.of();
  }

  @Override
  public List<TowerKind> towers() {
    return List.of(ClipKind.CLIP);
  }

  /**
   * Returns the template by the language model, as LLaVA's evaluation scripts choose it. Decoders
   * of Llama's architecture with other tokenizers than Vicuna's were trained in templates that are
   * not known here.
   */
  @Override
  public Optional<String> template(Settings root, Path folder) {
    Settings decoder = decoder(root);
    return switch (decoder.text(TYPE, "llama")) {
      case "llama" ->
          DecoderReader.read(decoder).vocabSize() < VICUNA_TOKENS
              ? Optional.of(VICUNA)
              : Optional.empty();
      case "mistral" -> Optional.of(MISTRAL);
      case "qwen2" -> Optional.of(QWEN);
      default -> Optional.empty();
    };
  }

  @Override
  public TensorNames names(Settings root) {
    return new LlavaNames();
  }
}
