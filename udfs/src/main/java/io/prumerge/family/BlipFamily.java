package io.prumerge.family;

import io.prumerge.architecture.QFormerWords;
import io.prumerge.architecture.TowerKind;
import io.prumerge.config.Activation;
import io.prumerge.config.ConfigReader;
import io.prumerge.config.DecoderReader;
import io.prumerge.config.Encoder;
import io.prumerge.config.FeatureSelect;
import io.prumerge.config.FeatureSelection;
import io.prumerge.config.GenerationDefaults;
import io.prumerge.config.GenerationReader;
import io.prumerge.config.LlavaConfig;
import io.prumerge.config.ModelFamily;
import io.prumerge.config.QFormerConfig;
import io.prumerge.config.Require;
import io.prumerge.config.Settings;
import io.prumerge.config.TextConfig;
import io.prumerge.config.VisionConfig;
import io.prumerge.image.processor.ClipPreprocessor;
import io.prumerge.image.processor.ImageAspect;
import io.prumerge.image.processor.ImageProcessors;
import io.prumerge.image.processor.PreprocessorConfig;
import io.prumerge.image.processor.PreprocessorFile;
import io.prumerge.image.processor.ProcessorClass;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * BLIP-2 and InstructBLIP: EVA's tower, a Q-Former, and OPT or Vicuna. Files store only what
 * differs from the class defaults (transformers 4.57.1: Blip2Config, InstructBlipConfig,
 * Blip2VisionConfig, InstructBlipVisionConfig, Blip2QFormerConfig, InstructBlipQFormerConfig).
 */
public final class BlipFamily implements Family {

  private static final String BLIP2 = "blip-2";
  private static final String INSTRUCT_BLIP = "instructblip";
  private static final String TYPE = "model_type";
  private static final String IMAGE = "one view, stretched to a square: 32 tokens";
  private static final String CONFIG = "qformer_config";
  private static final String POSITIONS = "position_embedding_type";
  private static final int END = 2; // </s>

  private static final String SHORT_ANSWER = "instructblip";
  private static final String ANSWER = "blip2";
  private static final List<String> TEMPLATES = List.of(SHORT_ANSWER, ANSWER);

  private static final List<ProcessorClass<PreprocessorConfig>> PROCESSORS =
      List.of(
          ClipImages.stretching(
              Set.of("BlipImageProcessor", "BlipImageProcessorFast"), "size", 384));

  @Override
  public List<ModelType> models() {
    return List.of(
        new ModelType(
            INSTRUCT_BLIP, "InstructBLIP on Vicuna", ModelType.HUGGING_FACE, IMAGE, TEMPLATES),
        new ModelType(BLIP2, "BLIP-2 on Vicuna or OPT", ModelType.HUGGING_FACE, IMAGE, TEMPLATES));
  }

  /**
   * Returns a model whose Q-Former looks at all features after the tower's last norm. Files from
   * before transformers 4.46 name no token for the image, whose rows stand before the whole text in
   * any case: then the last id has their place.
   */
  @Override
  public LlavaConfig config(Settings root) {
    VisionConfig vision = eva(root.object("vision_config").orElseGet(ConfigReader::noVision));
    TextConfig text = DecoderReader.read(decoder(root));
    return new LlavaConfig(
        ModelFamily.builder(root.text(TYPE, ""), queries(root)).build(),
        vision,
        text,
        ConfigReader.statedImageToken(root).orElse(text.vocabSize() - 1),
        new FeatureSelection(List.of(vision.encoder().layers()), FeatureSelect.FULL),
        false);
  }

  /** Reads a tower, with InstructBlipVisionConfig's and Blip2VisionConfig's defaults. */
  private static VisionConfig eva(Settings vision) {
    ConfigReader.requireKind(vision, "instructblip_vision_model", "blip_2_vision_model");
    return new VisionConfig(
        new Encoder(1408, 6144, 39, 16, Activation.GELU, 1e-6).stated(vision),
        3,
        vision.integer("image_size", 224),
        vision.integer("patch_size", 14),
        vision.flag("qkv_bias", true) ? EvaKind.EVA : EvaKind.EVA_WITHOUT_BIASES);
  }

  private static QFormerConfig queries(Settings root) {
    Settings own = root.object(CONFIG).orElseGet(() -> Settings.none(root.file() + ": " + CONFIG));
    if (!own.text(POSITIONS, "absolute").equals("absolute")) {
      throw own.error(
          POSITIONS, "'" + own.text(POSITIONS, "") + "' is not supported; known: absolute");
    }
    return new QFormerConfig(
        root.integer("num_query_tokens", 32),
        new Encoder(768, 3072, 12, 12, Activation.GELU, 1e-12).stated(own),
        own.integer("cross_attention_frequency", 2),
        root.text(TYPE, "").equals(INSTRUCT_BLIP) ? words(own) : QFormerWords.NONE);
  }

  private static QFormerWords words(Settings own) {
    int vocabulary = own.integer("vocab_size", 30522);
    int positions = own.integer("max_position_embeddings", 512);
    Require.positive("qformer vocab_size", vocabulary);
    Require.positive("qformer max_position_embeddings", positions);
    return new QFormerWords(vocabulary, positions);
  }

  /** Returns the decoder's settings; one without a type is OPT's. */
  @Override
  public Settings decoder(Settings root) {
    Settings text = DecoderReader.stated(root);
    return text.states(TYPE) ? text : text.with(TYPE, DecoderReader.OPT);
  }

  /**
   * Returns the settings of the decoder, which is let generate, whatever the file says. Vicuna's
   * answers also end with {@code </s>}: the published InstructBLIP's text_config names {@code <s>}
   * (huggingface/transformers issue 25426), with which its answers never end; the authors' own code
   * ends them with {@code </s>}.
   */
  @Override
  public GenerationDefaults generation(Path folder, Settings root) {
    Settings text = decoder(root);
    GenerationDefaults stated = GenerationReader.read(List.of(text), List.of(END));
    return DecoderReader.isOpt(text) ? stated : stated.endingAlsoAt(END);
  }

  @Override
  public Optional<String> tokenizer() {
    return Optional.of("GPT2Tokenizer");
  }

  @Override
  public ImageProcessors imageProcessors(LlavaConfig config, Path folder, ImageAspect aspect) {
    return new ImageProcessors(
        new ClipPreprocessor(PreprocessorFile.read(folder, PROCESSORS), aspect));
  }

  @Override
  public List<TowerKind> towers() {
    return List.of(EvaKind.values());
  }

  /** Returns the template of LAVIS; for BLIP-2 with OPT that of its paper. */
  @Override
  public Optional<String> template(Settings root, Path folder) {
    boolean paper = root.text(TYPE, "").equals(BLIP2) && DecoderReader.isOpt(decoder(root));
    return Optional.of(paper ? ANSWER : SHORT_ANSWER);
  }

  @Override
  public TensorNames names(Settings root) {
    return new Names();
  }

  private static final class Names implements TensorNames {

    /** The parts other than the decoder. */
    private static final Pattern BESIDE =
        Pattern.compile(
            "(?:model\\.)?((?:vision_model|qformer|language_projection)\\..+|query_tokens)");

    @Override
    public Optional<String> canonical(String spelling) {
      if (Spellings.ignored(spelling)) {
        return Optional.empty();
      }
      Matcher beside = BESIDE.matcher(spelling);
      return Optional.of(beside.matches() ? beside.group(1) : Spellings.text(spelling));
    }
  }
}
