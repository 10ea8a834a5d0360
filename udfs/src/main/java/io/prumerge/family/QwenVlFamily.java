package io.prumerge.family;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.prumerge.architecture.DecoderWeights;
import io.prumerge.architecture.OwnSizeLayout;
import io.prumerge.architecture.TowerKind;
import io.prumerge.config.Activation;
import io.prumerge.config.BlockLayers;
import io.prumerge.config.ConfigReader;
import io.prumerge.config.CountedTimes;
import io.prumerge.config.DecoderReader;
import io.prumerge.config.DeepStack;
import io.prumerge.config.Encoder;
import io.prumerge.config.FeatureSelect;
import io.prumerge.config.FeatureSelection;
import io.prumerge.config.LayoutFactory;
import io.prumerge.config.LlavaConfig;
import io.prumerge.config.ModelFamily;
import io.prumerge.config.ReferenceModel;
import io.prumerge.config.Require;
import io.prumerge.config.Settings;
import io.prumerge.config.SeveralImages;
import io.prumerge.config.TextConfig;
import io.prumerge.config.TimeRule;
import io.prumerge.config.TimesInSeconds;
import io.prumerge.config.VideoConfig;
import io.prumerge.config.VisionConfig;
import io.prumerge.config.WindowConfig;
import io.prumerge.image.PixelSteps;
import io.prumerge.image.Resample;
import io.prumerge.image.processor.ImageAspect;
import io.prumerge.image.processor.ImageProcessors;
import io.prumerge.image.processor.NativeFrames;
import io.prumerge.image.processor.NativeProcessor;
import io.prumerge.image.processor.PreprocessorFile;
import io.prumerge.image.processor.ProcessorClass;
import io.prumerge.image.processor.VideoProcessor;
import io.prumerge.image.size.FrameSize;
import io.prumerge.image.size.NativeSize;
import io.prumerge.image.size.SizeOfAllFrames;
import io.prumerge.image.size.SizeOfEachFrame;
import io.prumerge.lang.Text;
import io.prumerge.text.VideoText;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Qwen2-VL, Qwen2.5-VL and Qwen3-VL: a tower over pictures of about their own size, and Qwen's
 * decoders with positions of three parts. The classes' defaults are no published model's, so files
 * have to state what these have.
 *
 * <p>A video goes through five types: {@code FrameRule} of the module of jobs chooses its frames
 * ({@code QWEN2} and {@code QWEN3} are this family's); {@link SizeOfEachFrame}, for Qwen3-VL {@link
 * SizeOfAllFrames}, says their size; {@link NativeFrames} makes the tower's views of them, two
 * frames each; {@link VideoConfig} says what becomes of these, and which times their positions
 * have; {@link VideoText} tells of them in a prompt, for Qwen3-VL with the seconds of {@link
 * TimedViews}.
 */
public final class QwenVlFamily implements Family {

  private static final String QWEN2 = "qwen2_vl";
  private static final String QWEN2_5 = "qwen2_5_vl";
  private static final String QWEN3 = "qwen3_vl";
  private static final String TYPE = "model_type";
  private static final String OWN_SIZE =
      "one view of about its own size: a token for each 28 x 28 pixels; of a video, of each two"
          + " frames";
  private static final String OWN_SIZE_32 =
      "one view of about its own size: a token for each 32 x 32 pixels; of a video, of each two"
          + " frames";
  private static final String IMAGE = "<|vision_start|><|image_pad|><|vision_end|>";
  private static final String VIDEO = "<|vision_start|><|video_pad|><|vision_end|>";
  private static final int VIDEO_TOKEN = 151656; // of the configurations' classes
  private static final double TOKENS_PER_SECOND = 4; // likewise
  private static final int MOST_TOKENS_PER_SECOND = 1000;
  private static final int PATCH = 14; // of the processors' classes for Qwen2-VL
  private static final String ROTATION = "axial"; // by a patch's row and column
  private static final double ROTATION_BASE = 10_000;

  private static final LayoutFactory LAYOUT =
      model ->
          new OwnSizeLayout(
              model.family().size().orElseThrow(),
              model.family().video().flatMap(VideoConfig::size));

  /** The bounds of the image processor's class (transformers 4.57.1, Qwen2VLImageProcessor). */
  private static final int LEAST_PIXELS = 56 * 56;

  private static final int MOST_PIXELS = 28 * 28 * 1280;

  /** The bounds of a frame of the video processor's class (likewise, Qwen2VLVideoProcessor). */
  private static final int LEAST_FRAME_PIXELS = 28 * 28 * 128;

  private static final int MOST_FRAME_PIXELS = 28 * 28 * 768;

  static final List<ProcessorClass<Images>> PROCESSORS =
      List.of(
          new ProcessorClass<>(
              Set.of(
                  "Qwen2VLImageProcessor", "Qwen2VLImageProcessorFast", "Qwen2_5_VLImageProcessor"),
              QwenVlFamily::images));

  /** The bounds of all frames of the video processor's class (likewise, Qwen3VLVideoProcessor). */
  private static final int LEAST_VIDEO_PIXELS = 32 * 32 * 128;

  private static final int MOST_VIDEO_PIXELS = 32 * 32 * 768;

  /** That class' other defaults. */
  private static final int QWEN3_PATCH = 16;

  private static final PixelSteps QWEN3_STEPS =
      new PixelSteps(Resample.BICUBIC, List.of(0.5, 0.5, 0.5), List.of(0.5, 0.5, 0.5));

  private static final List<ProcessorClass<Frames>> VIDEO_PROCESSORS =
      List.of(new ProcessorClass<>(Set.of("Qwen2VLVideoProcessor"), true, QwenVlFamily::frames));

  private static final List<ProcessorClass<Frames>> QWEN3_VIDEO_PROCESSORS =
      List.of(new ProcessorClass<>(Set.of("Qwen3VLVideoProcessor"), true, QwenVlFamily::allFrames));

  private static final List<String> STATED =
      List.of(
          "vocab_size",
          "hidden_size",
          "intermediate_size",
          "num_hidden_layers",
          "num_attention_heads",
          "num_key_value_heads");

  @Override
  public List<ModelType> models() {
    return List.of(
        new ModelType(QWEN2, "Qwen2-VL", ModelType.HUGGING_FACE, OWN_SIZE, List.of("qwen2_vl")),
        new ModelType(QWEN2_5, "Qwen2.5-VL", ModelType.HUGGING_FACE, OWN_SIZE, List.of("qwen2_vl")),
        new ModelType(
            QWEN3,
            "Qwen3-VL without experts",
            ModelType.HUGGING_FACE,
            OWN_SIZE_32,
            List.of("qwen3_vl")));
  }

  /**
   * Returns the model with the bounds of pictures and frames that its processors' classes have by
   * default.
   */
  @Override
  public LlavaConfig config(Settings root) {
    Settings stated = root.object("vision_config").orElseGet(ConfigReader::noVision);
    String type = root.text(TYPE, "");
    VisionConfig vision =
        switch (type) {
          case QWEN2 -> qwenWithoutWindows(stated);
          case QWEN2_5 -> qwenWithWindows(stated);
          default -> qwenWithLevels(stated);
        };
    return new LlavaConfig(
        ModelFamily.builder(type, new BlockLayers(Optional.of(Activation.GELU)))
            .size(new NativeSize(vision.blockSize(), LEAST_PIXELS, MOST_PIXELS))
            .layout(LAYOUT)
            .imageText(IMAGE)
            .several(SeveralImages.ALIKE)
            .video(videos(root, type, vision.blockSize()))
            .reference(ReferenceModel.QWEN_VL)
            .build(),
        vision,
        text(root, type),
        root.neededInteger("image_token_id"),
        new FeatureSelection(List.of(vision.encoder().layers()), FeatureSelect.DEFAULT),
        false);
  }

  private static VideoConfig videos(Settings root, String type, int block) {
    boolean apart = type.equals(QWEN3);
    return new VideoConfig(
        new VideoText(
            VIDEO,
            root.integer("video_token_id").orElse(VIDEO_TOKEN),
            apart ? Optional.of(new TimedViews(VIDEO)) : Optional.empty()),
        Optional.empty(),
        QwenTower.MOMENTS,
        Optional.of(
            apart
                ? new SizeOfAllFrames(block, LEAST_VIDEO_PIXELS, MOST_VIDEO_PIXELS)
                : new SizeOfEachFrame(
                    new NativeSize(block, LEAST_FRAME_PIXELS, MOST_FRAME_PIXELS))),
        type.equals(QWEN2_5)
            ? new TimesInSeconds(tokensPerSecond(root), TimeRule.TRANSFORMERS)
            : new CountedTimes());
  }

  private static double tokensPerSecond(Settings root) {
    Settings vision = root.object("vision_config").orElseGet(ConfigReader::noVision);
    double stated = vision.decimal("tokens_per_second", TOKENS_PER_SECOND);
    if (!(stated >= 0 && stated <= MOST_TOKENS_PER_SECOND)) {
      throw vision.error(
          "tokens_per_second",
          Text.format("is %s; it must be 0 to %d", stated, MOST_TOKENS_PER_SECOND));
    }
    return stated;
  }

  private static VisionConfig qwenWithoutWindows(Settings vision) {
    int width = vision.neededInteger("embed_dim");
    int mlp = Math.multiplyExact(width, vision.neededInteger("mlp_ratio"));
    return qwen(
        vision,
        width,
        mlp,
        Activation.QUICK_GELU,
        QwenKind.QWEN2_VL,
        Optional.empty(),
        Optional.empty());
  }

  private static VisionConfig qwenWithWindows(Settings vision) {
    int patch = vision.neededInteger("patch_size");
    List<Integer> full =
        vision
            .integers("fullatt_block_indexes")
            .orElseThrow(() -> vision.error("fullatt_block_indexes", "is missing"));
    int depth = vision.neededInteger("depth");
    for (int layer : full) {
      if (layer < 0 || layer >= depth) {
        throw vision.error(
            "fullatt_block_indexes",
            "is " + full + ", but the tower's layers are 0.." + (depth - 1));
      }
    }
    return qwen(
        vision,
        vision.neededInteger("hidden_size"),
        vision.neededInteger("intermediate_size"),
        Activation.SILU,
        QwenKind.QWEN2_5_VL,
        Optional.of(
            new WindowConfig(
                vision.neededInteger("window_size") / QwenKind.QWEN2_5_VL.block() / patch, full)),
        Optional.empty());
  }

  private static VisionConfig qwenWithLevels(Settings vision) {
    int table = vision.neededInteger("num_position_embeddings");
    int side = (int) Math.round(Math.sqrt(Math.max(0, table)));
    if (side * side != table) {
      throw vision.error("num_position_embeddings", "is " + table + ", which is no square");
    }
    String key = "deepstack_visual_indexes";
    int depth = vision.neededInteger("depth");
    List<Integer> layers = vision.integers(key).orElseThrow(() -> vision.error(key, "is missing"));
    int before = -1;
    for (int layer : layers) {
      if (layer <= before || layer >= depth) {
        throw vision.error(
            key, "is " + layers + "; the layers must rise within the tower's 0.." + (depth - 1));
      }
      before = layer;
    }
    return qwen(
        vision,
        vision.neededInteger("hidden_size"),
        vision.neededInteger("intermediate_size"),
        Activation.GELU_TANH,
        QwenKind.QWEN3_VL,
        Optional.empty(),
        Optional.of(new DeepStack(side, layers)));
  }

  private static VisionConfig qwen(
      Settings vision,
      int width,
      int mlp,
      Activation act,
      QwenKind kind,
      Optional<WindowConfig> windows,
      Optional<DeepStack> deepStack) {
    for (String key : List.of("spatial_merge_size", "temporal_patch_size")) {
      if (vision.integer(key, kind.block()) != kind.block()) {
        throw vision.error(key, "is " + vision.integer(key, 0) + "; only 2 is supported");
      }
    }
    requireRotation(vision);
    int heads = vision.neededInteger("num_heads");
    Require.positive("vision num_heads", heads);
    Require.multiple("vision width", width, "4 x num_heads, for its rows and columns", 4 * heads);
    int patch = vision.neededInteger("patch_size");
    Activation stated = vision.text("hidden_act").map(Activation::named).orElse(act);
    return new VisionConfig(
        new Encoder(width, mlp, vision.neededInteger("depth"), heads, stated, 1e-6),
        vision.integer("in_channels", 3),
        kind.block() * patch,
        patch,
        kind,
        windows,
        deepStack);
  }

  // transformers 5 writes what the classes before had in their code.
  private static void requireRotation(Settings vision) {
    vision
        .object("rope_parameters")
        .filter(
            rope ->
                !rope.text("rope_type", ROTATION).equals(ROTATION)
                    || rope.decimal("rope_theta", ROTATION_BASE) != ROTATION_BASE)
        .ifPresent(
            rope -> {
              throw vision.error(
                  "rope_parameters",
                  "is "
                      + rope.json()
                      + "; only rope_type axial with rope_theta 10000 is supported");
            });
  }

  private TextConfig text(Settings root, String type) {
    Settings text = decoder(root);
    String own = text.text(TYPE, type);
    if (!own.equals(type) && !own.equals(type + "_text")) {
      throw text.error(TYPE, "'" + own + "' is not supported; known: " + type + "_text");
    }
    STATED.forEach(text::neededInteger);
    text.neededDecimal("rms_norm_eps");
    if (text.flag("use_sliding_window", false)) {
      throw text.error("use_sliding_window", "is true, which is not supported");
    }
    text.neededInteger("max_position_embeddings");
    boolean normed = type.equals(QWEN3);
    if (normed) {
      text.neededInteger("head_dim");
    }
    return DecoderReader.readWithAxes(text, normed);
  }

  /** Returns the decoder's settings, which the first folders of these models have at the top. */
  @Override
  public Settings decoder(Settings root) {
    return root.object("text_config").orElse(root);
  }

  /**
   * Returns the model with the bounds of pictures and frames that its processors' files state.
   * Where frames' cannot be read, {@link #videoProcessor} says so.
   */
  @Override
  public LlavaConfig pictures(LlavaConfig config, Settings root, Path folder) {
    LlavaConfig pictures = config.within(PreprocessorFile.read(folder, PROCESSORS).size());
    try {
      FrameSize frames = videoFile(config, folder).size();
      return frames.multiple() == config.vision().blockSize()
          ? pictures.withFrames(frames)
          : pictures;
    } catch (IllegalArgumentException | UncheckedIOException e) {
      return pictures;
    }
  }

  @Override
  public Optional<VideoProcessor> videoProcessor(LlavaConfig config, Path folder) {
    Frames file = videoFile(config, folder);
    FrameSize size =
        config
            .family()
            .video()
            .flatMap(VideoConfig::size)
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        "max_pixels is below the fewest pixels of a frame; give min_pixels too"));
    if (file.size().multiple() != size.multiple()) {
      throw new IllegalArgumentException(
          Text.format(
              "the video processor's patch_size x merge_size is %d but the vision tower's %d",
              file.size().multiple(), size.multiple()));
    }
    if (config.family().size().filter(NativeSize::square).isPresent()) {
      throw new IllegalArgumentException("their frames become no squares; leave square out");
    }
    return Optional.of(new NativeFrames(size, file.steps()));
  }

  private static Frames videoFile(LlavaConfig config, Path folder) {
    return PreprocessorFile.readVideo(
        folder, config.family().name().equals(QWEN3) ? QWEN3_VIDEO_PROCESSORS : VIDEO_PROCESSORS);
  }

  @Override
  public ImageProcessors imageProcessors(LlavaConfig config, Path folder, ImageAspect aspect) {
    return new ImageProcessors(
        new NativeProcessor(
            config.family().size().orElseThrow(),
            PreprocessorFile.read(folder, PROCESSORS).steps()));
  }

  /** What the image processor's file says. */
  record Images(NativeSize size, PixelSteps steps) {}

  /**
   * Reads it: the bounds of {@code min_pixels} and {@code max_pixels}, else those of {@code size}.
   * (The slow class ignores {@code size}; the fast one does not, and newer files have only that.)
   */
  private static Images images(PreprocessorFile file) {
    file.requireResize();
    int least = file.edge("size", "shortest_edge").orElse(LEAST_PIXELS);
    int most = file.edge("size", "longest_edge").orElse(MOST_PIXELS);
    return new Images(
        new NativeSize(
            multiple(file, PATCH),
            file.given("min_pixels").orElse(least),
            file.given("max_pixels").orElse(most)),
        file.steps(ClipImages.STEPS));
  }

  /** What the video processor's file says. */
  private record Frames(FrameSize size, PixelSteps steps) {}

  /**
   * Reads it for Qwen2-VL and Qwen2.5-VL: the bounds of a frame in {@code size}, but for those that
   * {@code min_pixels} and {@code max_pixels} state.
   */
  private static Frames frames(PreprocessorFile file) {
    requireFrames(file);
    NativeSize bounds =
        new NativeSize(
            multiple(file, PATCH),
            file.given("min_pixels")
                .orElse(file.edge("size", "shortest_edge").orElse(LEAST_FRAME_PIXELS)),
            file.given("max_pixels")
                .orElse(file.edge("size", "longest_edge").orElse(MOST_FRAME_PIXELS)));
    return new Frames(new SizeOfEachFrame(bounds), file.steps(ClipImages.STEPS));
  }

  /** Reads it for Qwen3-VL: the bounds of all frames in {@code size}; no others are read there. */
  private static Frames allFrames(PreprocessorFile file) {
    requireFrames(file);
    return new Frames(
        new SizeOfAllFrames(
            multiple(file, QWEN3_PATCH),
            file.edge("size", "shortest_edge").orElse(LEAST_VIDEO_PIXELS),
            file.edge("size", "longest_edge").orElse(MOST_VIDEO_PIXELS)),
        file.steps(QWEN3_STEPS));
  }

  private static void requireFrames(PreprocessorFile file) {
    file.requireResize();
    int moments = file.integer("temporal_patch_size", QwenTower.MOMENTS);
    if (moments != QwenTower.MOMENTS) {
      throw new IllegalArgumentException(
          "temporal_patch_size is " + moments + "; only 2 is supported");
    }
    if (file.edge("size", "shortest_edge").isPresent()
        != file.edge("size", "longest_edge").isPresent()) {
      throw new IllegalArgumentException("size must have both shortest_edge and longest_edge");
    }
  }

  // Patches along a side of what becomes a token, in pixels.
  private static int multiple(PreprocessorFile file, int patch) {
    return Math.multiplyExact(file.integer("patch_size", patch), file.integer("merge_size", 2));
  }

  /**
   * Returns the image processor's file where transformers 5 keeps its settings in the processor's,
   * with the bounds of {@code size} under the keys that slow classes of releases before it read;
   * and the video processor's likewise.
   */
  @Override
  public Map<String, JsonNode> rewritten(
      SideFolders folders, LlavaConfig model, ObjectNode config) {
    JsonNode nesting = SideFolders.object(folders.images().resolve(PreprocessorFile.NESTING_FILE));
    if (Files.exists(folders.images().resolve(PreprocessorFile.FILE))
        || !(nesting.path(PreprocessorFile.NESTED_KEY) instanceof ObjectNode images)) {
      return Map.of();
    }
    NativeSize size = model.family().size().orElseThrow();
    images.put("min_pixels", size.least()).put("max_pixels", size.most());
    JsonNode videos = nesting.path(PreprocessorFile.VIDEO_NESTED_KEY);
    // Else the settings of videos would be read from the pictures' file.
    return videos.isObject() && !Files.exists(folders.images().resolve(PreprocessorFile.VIDEO_FILE))
        ? Map.of(PreprocessorFile.FILE, images, PreprocessorFile.VIDEO_FILE, videos)
        : Map.of(PreprocessorFile.FILE, images);
  }

  @Override
  public Optional<String> tokenizer() {
    return Optional.of("Qwen2Tokenizer");
  }

  @Override
  public List<TowerKind> towers() {
    return List.of(QwenKind.values());
  }

  @Override
  public TensorNames names(Settings root) {
    return new Names(root.text(TYPE, "").equals(QWEN3));
  }

  /**
   * Their names.
   *
   * @param nested whether transformers writes all parts other than the head under one
   */
  private record Names(boolean nested) implements TensorNames {

    private static final Pattern VISUAL = Pattern.compile("(?:model\\.)?(visual\\..+)");

    @Override
    public Optional<String> canonical(String spelling) {
      Matcher visual = VISUAL.matcher(spelling);
      return Optional.of(visual.matches() ? visual.group(1) : Spellings.text(spelling));
    }

    @Override
    public String published(String canonical) {
      if (!nested) {
        return Spellings.withoutLanguage(canonical);
      }
      if (canonical.equals(DecoderWeights.HEAD)) {
        return Spellings.LANGUAGE_HEAD;
      }
      return canonical.startsWith(DecoderWeights.PREFIX)
          ? "model." + Spellings.LANGUAGE + canonical.substring(DecoderWeights.PREFIX.length())
          : "model." + canonical;
    }
  }
}
