package io.prumerge.family;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.prumerge.architecture.RowConnector;
import io.prumerge.architecture.ThumbnailLast;
import io.prumerge.architecture.TowerKind;
import io.prumerge.config.Activation;
import io.prumerge.config.BlockLayers;
import io.prumerge.config.ConfigReader;
import io.prumerge.config.DecoderReader;
import io.prumerge.config.Encoder;
import io.prumerge.config.FeatureSelect;
import io.prumerge.config.FeatureSelection;
import io.prumerge.config.GenerationDefaults;
import io.prumerge.config.GenerationReader;
import io.prumerge.config.JsonFile;
import io.prumerge.config.LayoutFactory;
import io.prumerge.config.LlavaConfig;
import io.prumerge.config.ModelFamily;
import io.prumerge.config.ReferenceModel;
import io.prumerge.config.Settings;
import io.prumerge.config.SeveralImages;
import io.prumerge.config.VideoConfig;
import io.prumerge.config.VisionConfig;
import io.prumerge.image.ViewGrid;
import io.prumerge.image.processor.ClipPreprocessor;
import io.prumerge.image.processor.ImageAspect;
import io.prumerge.image.processor.ImageProcessors;
import io.prumerge.image.processor.PictureFrames;
import io.prumerge.image.processor.PreprocessorConfig;
import io.prumerge.image.processor.PreprocessorFile;
import io.prumerge.image.processor.ProcessorClass;
import io.prumerge.image.processor.TileProcessor;
import io.prumerge.image.processor.VideoProcessor;
import io.prumerge.image.size.NearestAspectTiling;
import io.prumerge.image.size.Tiling;
import io.prumerge.text.ConversationTemplate;
import io.prumerge.text.TokenizerFiles;
import io.prumerge.text.VideoText;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * InternVL2.5, InternVL3 and InternVL3.5, in Hugging Face's layout and in the authors' ({@link
 * InternChatConfig}): InternViT over tiles or frames, blocks of patches, and Qwen2 or Qwen3. Files
 * store only what differs from the class defaults (transformers 4.57.1: InternVLConfig,
 * InternVLVisionConfig).
 *
 * <p>A video goes through five types: {@code FrameRule} of the module of jobs chooses its frames
 * ({@code INTERNVL} is transformers'); the tower's {@link VisionConfig#imageSize} is the side that
 * each is stretched to; {@code StretchedFrames} of {@link VideoFiles}, in the authors' layout
 * {@link PictureFrames}, makes a view of each; {@link VideoConfig} says that nothing is pooled
 * behind the connector; {@link VideoText} tells of them in a prompt, with a number before each
 * frame.
 */
public final class InternVlFamily implements Family {

  static final String NAME = "internvl";

  /** The templates of either layout. */
  private static final String AUTHORS = "internvl2_5";

  private static final String HUGGING_FACE = "internvl_hf";

  private static final String STRATEGY = "vision_feature_select_strategy";
  private static final String IMAGE = "<img>" + InternChatConfig.IMAGE + "</img>";

  private static final String TOKENIZER = "tokenizer_config.json";

  private static final String SIZE = "size";

  /** The side of a tile by the image processor's class, in pixels. */
  private static final int TILE = 384;

  /** The image processor of Hugging Face's layout. */
  private static final String TILING = "GotOcr2ImageProcessor";

  private static final String TILING_FAST = "GotOcr2ImageProcessorFast";

  /** Hugging Face's makes tiles, whatever a file says of {@code crop_to_patches}. */
  static final List<ProcessorClass<Images>> PROCESSORS =
      List.of(
          new ProcessorClass<>(Set.of(TILING, TILING_FAST), InternVlFamily::tiled),
          new ProcessorClass<>(ClipImages.NAMES, true, InternVlFamily::untiled)); // the authors'

  private static final LayoutFactory LAYOUT =
      model -> new ThumbnailLast(model.family().tiling().orElseThrow(), model.viewTokens());

  @Override
  public List<ModelType> models() {
    return List.of(
        new ModelType(
            NAME,
            "InternVL2.5, InternVL3 and InternVL3.5 on Qwen2 or Qwen3",
            "Hugging Face's, InternVL's",
            "up to 12 tiles and the whole image: 3,328 tokens at most; a video: 256 a frame",
            List.of(AUTHORS, HUGGING_FACE)));
  }

  /** Returns InternVL; how many tiles its pictures get may be in another file. */
  @Override
  public LlavaConfig config(Settings root) {
    InternChatConfig.refuseVariants(root, decoder(root));
    VisionConfig vision = internVit(root.object("vision_config").orElseGet(ConfigReader::noVision));
    double ratio = root.decimal("downsample_ratio", 0.5);
    if (ratio != 1.0 / vision.kind().block()) {
      throw root.error("downsample_ratio", "is " + ratio + "; only 0.5 is supported");
    }
    if (FeatureSelect.named(root.text(STRATEGY, "default")) == FeatureSelect.FULL) {
      throw root.error(STRATEGY, "is 'full', but a class token is in no block of patches");
    }
    List<Integer> layers = ConfigReader.featureLayers(root, -1, vision.encoder().layers());
    if (layers.size() != 1) {
      throw root.error("vision_feature_layer", "names " + layers.size() + " layers, not one");
    }
    return new LlavaConfig(
        family(root, vision),
        vision,
        DecoderReader.read(decoder(root), InternChatConfig.DECODER),
        imageToken(root),
        new FeatureSelection(layers, FeatureSelect.DEFAULT),
        false);
  }

  private static int imageToken(Settings root) {
    return ConfigReader.statedImageToken(root).orElse(151667);
  }

  /** Reads a tower, with InternVLVisionConfig's defaults. */
  private static VisionConfig internVit(Settings vision) {
    ConfigReader.requireKind(vision, "internvl_vision");
    boolean large = vision.flag("use_qk_norm", false);
    String norm = vision.text("norm_type", "layer_norm");
    boolean biases = vision.flag("attention_bias", false);
    if (!norm.equals(large ? "rms_norm" : "layer_norm") || biases == large) {
      throw vision.error(
          "norm_type",
          "is '"
              + norm
              + "' with attention_bias "
              + biases
              + " and use_qk_norm "
              + large
              + "; known: layer_norm, true, false as in InternViT-300M; rms_norm, false, true as in"
              + " InternViT-6B");
    }
    for (String key : List.of("use_absolute_position_embeddings", "use_mean_pooling")) {
      if (!vision.flag(key, true)) {
        throw vision.error(key, "is false, which is not supported");
      }
    }
    VisionConfig tower =
        new VisionConfig(
            new Encoder(1024, 4096, 24, 16, Activation.GELU, 1e-6).stated(vision),
            vision.integer("num_channels", 3),
            square(vision, "image_size", 448),
            square(vision, "patch_size", 14),
            large ? InternKind.INTERN_VIT_6B : InternKind.INTERN_VIT);
    int patches = tower.imageSize() / tower.patchSize();
    if (patches % tower.kind().block() != 0) {
      throw vision.error("image_size", "has " + patches + " patches a side; it must be even");
    }
    if (large && tower.encoder().layerNormEps() != 1e-6) {
      throw vision.error(
          "layer_norm_eps",
          "is "
              + tower.encoder().layerNormEps()
              + ", but the norms of queries and keys have 1e-6 whatever it says; a tower of both is"
              + " not supported (the published InternViT-6B has 1e-6 in all)");
    }
    return tower;
  }

  // One number, or the same one for height and width.
  private static int square(Settings settings, String key, int absent) {
    List<Integer> sides = settings.integers(key).orElse(List.of(absent));
    if (sides.isEmpty() || sides.stream().distinct().count() > 1) {
      throw settings.error(key, "is " + sides + "; only squares are supported");
    }
    return sides.get(0);
  }

  private static ModelFamily family(Settings root, VisionConfig vision) {
    BlockLayers connector = new BlockLayers(Optional.of(ConfigReader.connectorActivation(root)));
    try {
      NearestAspectTiling tiling =
          new NearestAspectTiling(
              vision.imageSize(),
              root.integer(InternChatConfig.LEAST_TILES, 1),
              root.integer(InternChatConfig.MOST_TILES, 12));
      return ModelFamily.builder(NAME, connector)
          .tiling(tiling)
          .layout(LAYOUT)
          .imageText(IMAGE)
          .several(SeveralImages.ALIKE)
          .video(
              new VideoConfig(
                  new VideoText(
                      ConversationTemplate.VIDEO_TOKEN,
                      imageToken(root),
                      Optional.of(InternVlFamily::numbered)),
                  Optional.empty()))
          .reference(ReferenceModel.INTERN_VL)
          .build();
    } catch (IllegalArgumentException e) {
      throw root.error(InternChatConfig.MOST_TILES, "cannot be used: " + e.getMessage());
    }
  }

  /**
   * Returns the text of a video in a prompt (transformers 4.57.1, {@code processing_internvl.py},
   * {@code _insert_media_placeholders}; OpenGVLab/InternVL 2410d1d, {@code evaluate_mvbench.py}).
   */
  private static String numbered(ViewGrid video) {
    return IntStream.rangeClosed(1, video.views())
        .mapToObj(frame -> "Frame" + frame + ": " + IMAGE)
        .collect(Collectors.joining("\n"));
  }

  /**
   * Returns the model with the tiles of its image processor's file, unless its settings have some.
   */
  @Override
  public LlavaConfig pictures(LlavaConfig config, Settings root, Path folder) {
    return InternChatConfig.isTranslated(root)
        ? config
        : PreprocessorFile.read(folder, PROCESSORS).tiling().map(config::within).orElse(config);
  }

  @Override
  public ImageProcessors imageProcessors(LlavaConfig config, Path folder, ImageAspect aspect) {
    return new ImageProcessors(
        new TileProcessor(
            PreprocessorFile.read(folder, PROCESSORS).view(),
            config.family().tiling().orElseThrow()));
  }

  /**
   * Returns transformers' video processor, or what the authors' code makes of a frame: a picture of
   * one tile, resized by Pillow ({@code dynamic_preprocess}, with {@code max_num} 1).
   */
  @Override
  public Optional<VideoProcessor> videoProcessor(LlavaConfig config, Path folder) {
    int side = config.vision().imageSize();
    Images images = PreprocessorFile.read(folder, PROCESSORS);
    return Optional.of(
        images.byAuthors()
            ? new PictureFrames(
                new ClipPreprocessor(
                    PreprocessorConfig.stretched(side, images.view().steps()), ImageAspect.STRETCH))
            : VideoFiles.internVl(folder, side));
  }

  /**
   * What the image processor's file says.
   *
   * @param view the preprocessing of one view
   * @param tiling empty where the file says nothing of tiles
   * @param byAuthors whether it is that of the authors' layout
   */
  record Images(PreprocessorConfig view, Optional<Tiling> tiling, boolean byAuthors) {}

  /** Reads Hugging Face's class; without resizing there are no tiles. */
  private static Images tiled(PreprocessorFile file) {
    PreprocessorConfig view = ClipImages.stretched(file, SIZE, TILE);
    return new Images(
        view,
        view.resize()
            .map(
                resized ->
                    new NearestAspectTiling(
                        file.side(SIZE, TILE),
                        file.integer("min_patches", 1),
                        file.integer("max_patches", 12))),
        false);
  }

  /** Reads the authors' class, which knows no tiles. */
  private static Images untiled(PreprocessorFile file) {
    return new Images(ClipImages.cropped(file), Optional.empty(), true);
  }

  /**
   * Returns what the file says. Of the authors' layout the end token is that of its conversations,
   * before the file's ({@code modeling_internvl_chat.py}, {@code chat}).
   */
  @Override
  public GenerationDefaults generation(Path folder, Settings root) {
    Path file = folder.resolve(GenerationReader.FILE);
    return Files.exists(file) && InternChatConfig.isTranslated(root)
        ? GenerationReader.read(List.of(root, JsonFile.read(file)), List.of())
        : GenerationReader.stated(folder, root, decoder(root));
  }

  @Override
  public Optional<Settings> translated(Path folder, Settings root) {
    return InternChatConfig.isChat(root)
        ? Optional.of(
            InternChatConfig.translated(
                root,
                TokenizerFiles.addedToken(folder, InternChatConfig.IMAGE),
                TokenizerFiles.addedToken(folder, InternChatConfig.END)))
        : Optional.empty();
  }

  /**
   * Returns the files of the authors' layout as transformers' conversion writes them: the tokens
   * that its processor asks the tokenizer for, the tiles, which config.json has there, with the
   * image processor, and the token that ends an answer.
   */
  @Override
  public Map<String, JsonNode> rewritten(
      SideFolders folders, LlavaConfig model, ObjectNode config) {
    Path folder = folders.base();
    if (!InternChatConfig.isChat(JsonFile.read(folder.resolve("config.json")))) {
      return Map.of();
    }
    ObjectNode own = config.deepCopy();
    JsonNode end = own.remove("eos_token_id");
    JsonNode least = own.remove(InternChatConfig.LEAST_TILES);
    JsonNode most = own.remove(InternChatConfig.MOST_TILES);
    ObjectNode tokenizer = SideFolders.object(folder.resolve(TOKENIZER));
    tokenizer
        .putObject("extra_special_tokens")
        .put("start_image_token", "<img>")
        .put("end_image_token", "</img>")
        .put("context_image_token", InternChatConfig.IMAGE)
        .put("video_token", ConversationTemplate.VIDEO_TOKEN);
    ObjectNode stated = SideFolders.object(folder.resolve(PreprocessorFile.FILE));
    ObjectNode images = JsonNodeFactory.instance.objectNode();
    images.put(PreprocessorFile.TYPE, TILING_FAST);
    images.put("do_resize", true).put("do_rescale", true).put("do_normalize", true);
    for (String key : List.of("image_mean", "image_std", "resample")) {
      images.set(key, stated.get(key));
    }
    int side = model.family().tiling().orElseThrow().side();
    images.putObject(SIZE).put("height", side).put("width", side);
    images.set("min_patches", least);
    images.set("max_patches", most);
    return Map.of(
        "config.json",
        own,
        GenerationReader.FILE,
        SideFolders.object(folder.resolve(GenerationReader.FILE))
            .<ObjectNode>set("eos_token_id", end),
        TOKENIZER,
        tokenizer,
        PreprocessorFile.FILE,
        images);
  }

  @Override
  public Optional<String> tokenizer() {
    return Optional.of("Qwen2Tokenizer");
  }

  @Override
  public List<TowerKind> towers() {
    return List.of(InternKind.values());
  }

  /** Returns the template of the layout: the authors' {@code chat()} has a system message. */
  @Override
  public Optional<String> template(Settings root, Path folder) {
    return Optional.of(InternChatConfig.isTranslated(root) ? AUTHORS : HUGGING_FACE);
  }

  @Override
  public TensorNames names(Settings root) {
    return new Names();
  }

  /**
   * Their names: transformers', or the authors' of the parts other than the decoder (transformers
   * at 015d3b2, {@code convert_internvl_weights_to_hf.py}), who keep queries, keys and values in
   * one tensor.
   */
  private static final class Names implements TensorNames {

    /** The parts other than the decoder. */
    private static final Pattern BESIDE =
        Pattern.compile("(?:model\\.)?((?:vision_tower|multi_modal_projector)\\..+)");

    private static final Pattern TOWER = Pattern.compile("vision_model\\.(.+)");
    private static final Pattern CONNECTOR = Pattern.compile("mlp1\\.([013])\\.(.+)");
    private static final Pattern JOINED = Pattern.compile("(.+\\.attention\\.)qkv(\\..+)");
    private static final List<String> PARTS = List.of("q_proj", "k_proj", "v_proj");

    private static final Map<String, String> CONNECTOR_LAYERS =
        Map.of("0", "layer_norm", "1", "linear_1", "3", "linear_2");

    private static final Map<String, String> TOWER_WORDS =
        Map.of(
            "attn", "attention",
            "class_embedding", "cls_token",
            "layers", "layer",
            "ls1", "lambda_1",
            "ls2", "lambda_2",
            "norm1", "layernorm_before",
            "norm2", "layernorm_after",
            "patch_embedding", "patch_embeddings.projection",
            "position_embedding", "position_embeddings",
            "proj", "projection_layer");

    @Override
    public Optional<String> canonical(String spelling) {
      Matcher beside = BESIDE.matcher(spelling);
      return Optional.of(
          beside.matches()
              ? beside.group(1)
              : translated(spelling).orElseGet(() -> Spellings.text(spelling)));
    }

    @Override
    public List<String> parts(String canonical) {
      Matcher module = JOINED.matcher(canonical);
      return module.matches()
          ? PARTS.stream().map(part -> module.group(1) + part + module.group(2)).toList()
          : List.of();
    }

    /** Returns transformers' name; empty if the name is of another part. */
    private static Optional<String> translated(String spelling) {
      Matcher connector = CONNECTOR.matcher(spelling);
      if (connector.matches()) {
        return Optional.of(
            RowConnector.PREFIX
                + CONNECTOR_LAYERS.get(connector.group(1))
                + "."
                + connector.group(2));
      }
      Matcher tower = TOWER.matcher(spelling);
      return tower.matches()
          ? Optional.of(
              Stream.of(tower.group(1).split("\\."))
                  .map(word -> TOWER_WORDS.getOrDefault(word, word))
                  .collect(Collectors.joining(".", "vision_tower.", "")))
          : Optional.empty();
    }
  }
}
