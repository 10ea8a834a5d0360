package io.prumerge.family;

import io.prumerge.architecture.ClipWeights;
import io.prumerge.architecture.DecoderWeights;
import io.prumerge.architecture.FramedTiles;
import io.prumerge.architecture.RowConnector;
import io.prumerge.architecture.TowerKind;
import io.prumerge.config.Activation;
import io.prumerge.config.BlockLayers;
import io.prumerge.config.ConfigReader;
import io.prumerge.config.DecoderReader;
import io.prumerge.config.Encoder;
import io.prumerge.config.FeatureSelect;
import io.prumerge.config.FeatureSelection;
import io.prumerge.config.LayoutFactory;
import io.prumerge.config.LlavaConfig;
import io.prumerge.config.ModelFamily;
import io.prumerge.config.Settings;
import io.prumerge.config.SeveralImages;
import io.prumerge.config.VisionConfig;
import io.prumerge.image.PixelSteps;
import io.prumerge.image.Resample;
import io.prumerge.image.processor.ImageAspect;
import io.prumerge.image.processor.ImageProcessors;
import io.prumerge.image.processor.PreprocessorFile;
import io.prumerge.image.processor.ProcessorClass;
import io.prumerge.image.processor.SplitProcessor;
import io.prumerge.image.size.LongestEdgeTiling;
import io.prumerge.text.ConversationTemplate;
import io.prumerge.text.TiledImageText;
import io.prumerge.text.TokenizerFiles;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Idefics3 and SmolVLM, which is the same model with another name in its second version: SigLIP
 * over tiles, each of which is a run of the prompt's tokens with text around it, blocks of patches,
 * one linear layer, and Llama. Files store only what differs from the class defaults (transformers
 * 4.57.1: Idefics3Config, SmolVLMConfig and their vision configurations).
 */
public final class SmolVlmFamily implements Family {

  private static final String IDEFICS3 = "idefics3";
  private static final String SMOLVLM = "smolvlm";

  /** The templates, SmolVLM's and Idefics3-8B's. */
  private static final String SMOL = "smolvlm";

  private static final String LLAMA3 = "idefics3";
  private static final String TURN_BEGIN = "<|im_start|>";

  private static final String FAKE = "<fake_token_around_image>";
  private static final String TOKEN = ConversationTemplate.IMAGE_TOKEN;
  private static final String WHOLE = FAKE + "<global-img>" + TOKEN + FAKE;

  private static final String TYPE = "model_type";
  private static final String SCALE = "scale_factor";
  private static final String TEXT = "text_config";

  /** How many tiles a picture's longer side has by default. */
  private static final int TILES = 4;

  /** The side of a tile by the image processor's class, in pixels. */
  private static final int TILE = 364;

  /** The steps of the image processor's class: IMAGENET_STANDARD_MEAN, IMAGENET_STANDARD_STD. */
  private static final PixelSteps STEPS =
      new PixelSteps(Resample.LANCZOS, List.of(0.5, 0.5, 0.5), List.of(0.5, 0.5, 0.5));

  static final List<ProcessorClass<Images>> PROCESSORS =
      List.of(
          new ProcessorClass<>(
              Set.of(
                  "Idefics3ImageProcessor",
                  "Idefics3ImageProcessorFast",
                  "SmolVLMImageProcessor",
                  "SmolVLMImageProcessorFast"),
              SmolVlmFamily::images));

  private static final LayoutFactory LAYOUT =
      model -> new FramedTiles(model.family().tiling().orElseThrow(), model.viewTokens());

  @Override
  public List<ModelType> models() {
    return List.of(
        new ModelType(
            IDEFICS3,
            "Idefics3, and SmolVLM (the first)",
            ModelType.HUGGING_FACE,
            "up to 4 x 4 tiles and the whole image: 64, 81 or 169 tokens each",
            List.of(SMOL, LLAMA3)),
        new ModelType(
            SMOLVLM,
            "SmolVLM2",
            ModelType.HUGGING_FACE,
            "up to 4 x 4 tiles and the whole image: 64 or 81 tokens each",
            List.of(SMOL)));
  }

  /** Returns the model; how its pictures are split is in another file. */
  @Override
  public LlavaConfig config(Settings root) {
    VisionConfig vision = siglip(root);
    if (root.object(TEXT).isEmpty()) {
      throw root.error(TEXT, "is missing");
    }
    return new LlavaConfig(
        ModelFamily.builder(root.text(TYPE, ""), new BlockLayers(Optional.empty()))
            .tiling(new LongestEdgeTiling(vision.imageSize(), TILES * vision.imageSize(), true))
            .layout(LAYOUT)
            .imageText(WHOLE)
            .tiledText(
                new TiledImageText(FAKE + "<row_{row}_col_{column}>" + TOKEN, "\n", "\n" + WHOLE))
            .several(SeveralImages.ALIKE)
            .build(),
        vision,
        DecoderReader.read(decoder(root)),
        ConfigReader.statedImageToken(root).orElse(128257),
        new FeatureSelection(List.of(vision.encoder().layers()), FeatureSelect.DEFAULT),
        false);
  }

  private static VisionConfig siglip(Settings root) {
    int scale = root.integer(SCALE, 2);
    if (scale < 1 || scale > SmolKind.MOST) {
      throw root.error(SCALE, "is " + scale + "; known: 1 to " + SmolKind.MOST);
    }
    Settings vision = root.object("vision_config").orElseGet(ConfigReader::noVision);
    ConfigReader.requireKind(vision, "idefics3_vision", IDEFICS3, "smolvlm_vision", SMOLVLM);
    VisionConfig tower =
        ConfigReader.stated(
            vision,
            new VisionConfig(
                new Encoder(1152, 3072, 12, 16, Activation.GELU_TANH, 1e-6),
                3,
                224,
                32,
                new SmolKind(scale)));
    int patches = tower.imageSize() / tower.patchSize();
    if (patches % scale != 0) {
      throw vision.error(
          "image_size",
          "has "
              + patches
              + " patches a side; it must be a multiple of scale_factor, which is "
              + scale);
    }
    return tower;
  }

  /** Returns the model with pictures split as its image processor's file says. */
  @Override
  public LlavaConfig pictures(LlavaConfig config, Settings root, Path folder) {
    return config.within(PreprocessorFile.read(folder, PROCESSORS).tiling());
  }

  @Override
  public ImageProcessors imageProcessors(LlavaConfig config, Path folder, ImageAspect aspect) {
    Images images = PreprocessorFile.read(folder, PROCESSORS);
    return new ImageProcessors(new SplitProcessor(images.steps(), images.tiling()));
  }

  /** What the image processor's file says. */
  record Images(LongestEdgeTiling tiling, PixelSteps steps) {}

  /**
   * Reads it (transformers 4.57.1, {@code image_processing_idefics3.py}, {@code
   * image_processing_smolvlm.py}).
   */
  private static Images images(PreprocessorFile file) {
    file.requireResize();
    int side = file.longestEdge("max_image_size", TILE);
    int longest = file.longestEdge("size", TILES * TILE);
    return new Images(
        new LongestEdgeTiling(side, longest, file.flag("do_image_splitting", true)),
        file.steps(STEPS));
  }

  @Override
  public List<TowerKind> towers() {
    return SmolKind.all();
  }

  /**
   * Returns Idefics3-8B's template where the tokenizer is Llama 3's, which has no token for a
   * turn's begin.
   */
  @Override
  public Optional<String> template(Settings root, Path folder) {
    boolean llama3 =
        root.text(TYPE, "").equals(IDEFICS3)
            && TokenizerFiles.findAddedToken(folder, TURN_BEGIN).isEmpty();
    return Optional.of(llama3 ? LLAMA3 : SMOL);
  }

  @Override
  public TensorNames names(Settings root) {
    return new Names();
  }

  /** Their names, which are those of the modules in memory. */
  private record Names() implements TensorNames {

    private static final Pattern VISION = Pattern.compile("(?:model\\.)?vision_model\\.(.+)");
    private static final Pattern TEXT = Pattern.compile("(?:model\\.)?text_model\\.(.+)");
    private static final Pattern CONNECTOR =
        Pattern.compile("(?:model\\.)?connector\\.modality_projection\\.proj\\.(.+)");
    private static final String LAYER = RowConnector.PREFIX + "linear.";

    @Override
    public Optional<String> canonical(String spelling) {
      if (Spellings.ignored(spelling)) {
        return Optional.empty();
      }
      Matcher vision = VISION.matcher(spelling);
      if (vision.matches()) {
        return Optional.of(ClipWeights.PREFIX + vision.group(1));
      }
      Matcher text = TEXT.matcher(spelling);
      if (text.matches()) {
        return Optional.of(DecoderWeights.PREFIX + text.group(1));
      }
      Matcher connector = CONNECTOR.matcher(spelling);
      return Optional.of(
          connector.matches() ? LAYER + connector.group(1) : Spellings.text(spelling));
    }

    @Override
    public String published(String canonical) {
      if (canonical.equals(DecoderWeights.HEAD)) {
        return Spellings.LANGUAGE_HEAD;
      }
      if (canonical.startsWith(DecoderWeights.PREFIX)) {
        return "model.text_model." + canonical.substring(DecoderWeights.PREFIX.length());
      }
      if (canonical.startsWith(ClipWeights.PREFIX)) {
        return "model.vision_model." + canonical.substring(ClipWeights.PREFIX.length());
      }
      return canonical.startsWith(LAYER)
          ? "model.connector.modality_projection.proj." + canonical.substring(LAYER.length())
          : canonical;
    }
  }
}
