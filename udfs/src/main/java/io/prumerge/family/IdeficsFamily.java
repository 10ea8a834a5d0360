package io.prumerge.family;

import io.prumerge.architecture.ClipKind;
import io.prumerge.architecture.ClipWeights;
import io.prumerge.architecture.CrossAttentionLayout;
import io.prumerge.architecture.PerceiverResampler;
import io.prumerge.architecture.TowerKind;
import io.prumerge.config.Activation;
import io.prumerge.config.ConfigReader;
import io.prumerge.config.CrossConfig;
import io.prumerge.config.DecoderReader;
import io.prumerge.config.Encoder;
import io.prumerge.config.FeatureSelect;
import io.prumerge.config.FeatureSelection;
import io.prumerge.config.GenerationDefaults;
import io.prumerge.config.GenerationReader;
import io.prumerge.config.LayoutFactory;
import io.prumerge.config.LlavaConfig;
import io.prumerge.config.ModelFamily;
import io.prumerge.config.ResamplerLayers;
import io.prumerge.config.Settings;
import io.prumerge.config.SeveralImages;
import io.prumerge.config.TextConfig;
import io.prumerge.config.VisionConfig;
import io.prumerge.image.processor.ClipPreprocessor;
import io.prumerge.image.processor.ImageAspect;
import io.prumerge.image.processor.ImageProcessors;
import io.prumerge.image.processor.PreprocessorConfig;
import io.prumerge.image.processor.PreprocessorFile;
import io.prumerge.image.processor.ProcessorClass;
import io.prumerge.text.ConversationTemplate;
import io.prumerge.text.TokenizerFiles;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * IDEFICS, the first one: CLIP's tower, a resampler, and Llama with blocks between its layers that
 * attend to the image, which is none of the sequence. Files store only what differs from the class
 * defaults (transformers 4.57.1: IdeficsConfig, IdeficsPerceiverConfig, IdeficsVisionConfig).
 * Answers of the instruct variants also end with {@code <end_of_utterance>}, which the calls in
 * their model cards ask for.
 */
public final class IdeficsFamily implements Family {

  private static final String NAME = "idefics";
  private static final String BASE = "idefics"; // names of templates
  private static final String INSTRUCT = "idefics_instruct";

  /** What stands around the token of an image. */
  private static final String FAKE = "<fake_token_around_image>";

  /** What ends a turn of the instruct variants. */
  private static final String TURN_END = "<end_of_utterance>";

  /** Its id, in our own settings; the published ones do not say it. */
  private static final String TURN_END_TOKEN = "end_of_utterance_token_id";

  private static final String IMAGE_TOKEN = "image_token_id";
  private static final String WORDS = "vocab_size";
  private static final String MORE_WORDS = "additional_vocab_size";
  private static final String RESAMPLER = "perceiver_config";
  private static final String USED = "use_resampler";
  private static final String GATES = "alpha_type";

  private static final LayoutFactory LAYOUT = model -> new CrossAttentionLayout(model.viewTokens());

  private static final List<ProcessorClass<PreprocessorConfig>> PROCESSORS =
      List.of(ClipImages.stretching(Set.of("IdeficsImageProcessor"), "image_size", 224));

  @Override
  public List<ModelType> models() {
    return List.of(
        new ModelType(
            NAME,
            "IDEFICS (the first), base and instruct",
            ModelType.HUGGING_FACE,
            "one view, stretched to a square: 64 latents, which the text attends to by"
                + " cross-attention",
            List.of(BASE, INSTRUCT)));
  }

  /** Returns IDEFICS, whose resampler looks at all of the tower's last layer as it is. */
  @Override
  public LlavaConfig config(Settings root) {
    VisionConfig vision = clipHuge(root.object("vision_config").orElseGet(ConfigReader::noVision));
    return new LlavaConfig(
        ModelFamily.builder(NAME, cross(root))
            .layout(LAYOUT)
            .imageText(FAKE + ConversationTemplate.IMAGE_TOKEN + FAKE)
            .several(SeveralImages.ALIKE)
            .build(),
        vision,
        text(root),
        root.neededInteger(IMAGE_TOKEN),
        new FeatureSelection(List.of(vision.encoder().layers()), FeatureSelect.FULL),
        false);
  }

  /** Reads a tower, with IdeficsVisionConfig's defaults; its width has a name of its own. */
  private static VisionConfig clipHuge(Settings vision) {
    ConfigReader.requireKind(vision, "idefics_vision", "idefics");
    return ConfigReader.stated(
        vision.with("hidden_size", vision.integer("embed_dim", 768)),
        new VisionConfig(
            new Encoder(768, 5120, 32, 16, Activation.GELU, 1e-5), 3, 224, 14, ClipKind.CLIP));
  }

  private static CrossConfig cross(Settings root) {
    if (!root.flag(USED, false)) {
      throw root.error(USED, "is false, which is not supported");
    }
    String gates = root.text(GATES, "float");
    if (!gates.equals("float") && !gates.equals("vector")) {
      throw root.error(GATES, "'" + gates + "' is not supported; known: float, vector");
    }
    int words = root.integer(MORE_WORDS, 0);
    if (words < 0) {
      throw root.error(MORE_WORDS, "is " + words + "; it must not be negative");
    }
    Settings own =
        root.object(RESAMPLER).orElseGet(() -> Settings.none(root.file() + ": " + RESAMPLER));
    return new CrossConfig(
        own.integer("resampler_n_latents", 64),
        new ResamplerLayers(
            own.integer("resampler_depth", 6),
            own.integer("resampler_n_heads", 16),
            own.integer("resampler_head_dim", 96),
            own.flag("qk_layer_norms_perceiver", false)),
        root.integer(CrossConfig.INTERVAL, 1),
        root.flag("qk_layer_norms", false),
        gates.equals("vector"),
        words,
        root.integer("eos_token_id", 2));
  }

  /**
   * Reads Llama, whose vocabulary has a second part. Its rotation has no settings (transformers
   * 4.57.1, {@code modeling_idefics.py}, {@code IdeficsEmbedding}), and it has as many keys as
   * queries.
   */
  private TextConfig text(Settings root) {
    Settings text = decoder(root);
    int words = text.integer(WORDS, 32000);
    return DecoderReader.read(text.with(WORDS, words + text.integer(MORE_WORDS, 0)));
  }

  @Override
  public Settings decoder(Settings root) {
    return root.with("model_type", "llama");
  }

  @Override
  public GenerationDefaults generation(Path folder, Settings root) {
    GenerationDefaults defaults = GenerationReader.stated(folder, root, decoder(root));
    OptionalInt turn = root.integer(TURN_END_TOKEN);
    return turn.isPresent() ? defaults.endingAlsoAt(turn.getAsInt()) : defaults;
  }

  // Its processor asks the tokenizer for the image's token, its users for that of a turn's end.
  @Override
  public Optional<Settings> translated(Path folder, Settings root) {
    if (!root.text("model_type", "").equals(NAME)) {
      return Optional.empty();
    }
    if (root.states(IMAGE_TOKEN)) {
      return Optional.of(root);
    }
    Settings settings =
        root.with(IMAGE_TOKEN, TokenizerFiles.addedToken(folder, ConversationTemplate.IMAGE_TOKEN));
    OptionalInt end = TokenizerFiles.findAddedToken(folder, TURN_END);
    return Optional.of(end.isPresent() ? settings.with(TURN_END_TOKEN, end.getAsInt()) : settings);
  }

  @Override
  public ImageProcessors imageProcessors(LlavaConfig config, Path folder, ImageAspect aspect) {
    return new ImageProcessors(
        new ClipPreprocessor(PreprocessorFile.read(folder, PROCESSORS), aspect));
  }

  @Override
  public List<TowerKind> towers() {
    return List.of(ClipKind.CLIP);
  }

  /** Returns the instruct model's template where the tokenizer has a token for a turn's end. */
  @Override
  public Optional<String> template(Settings root, Path folder) {
    return Optional.of(root.states(TURN_END_TOKEN) ? INSTRUCT : BASE);
  }

  @Override
  public TensorNames names(Settings root) {
    return new Names();
  }

  private static final class Names implements TensorNames {

    /** The parts other than the layers of the decoder. */
    private static final Pattern BESIDE =
        Pattern.compile("(?:model\\.)?(vision_model|perceiver_resampler)\\.(.+)");

    private static final String MORE_HEAD = "lm_head.additional_fc.weight";

    @Override
    public Optional<String> canonical(String spelling) {
      if (Spellings.ignored(spelling)) {
        return Optional.empty();
      }
      if (spelling.equals(MORE_HEAD)) {
        return Optional.of(Spellings.LANGUAGE + MORE_HEAD);
      }
      Matcher beside = BESIDE.matcher(spelling);
      if (!beside.matches()) {
        return Optional.of(Spellings.text(spelling));
      }
      String prefix =
          beside.group(1).equals("vision_model") ? ClipWeights.PREFIX : PerceiverResampler.PREFIX;
      return Optional.of(prefix + beside.group(2));
    }

    @Override
    public String published(String canonical) {
      if (canonical.startsWith(ClipWeights.PREFIX)) {
        return "model.vision_model." + canonical.substring(ClipWeights.PREFIX.length());
      }
      return canonical.startsWith(PerceiverResampler.PREFIX)
          ? "model." + canonical
          : Spellings.withoutLanguage(canonical);
    }
  }
}
