package io.prumerge.family;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.prumerge.architecture.DecoderWeights;
import io.prumerge.architecture.LlamaBiases;
import io.prumerge.architecture.TowerKind;
import io.prumerge.config.Activation;
import io.prumerge.config.AttentionHeads;
import io.prumerge.config.DecoderKind;
import io.prumerge.config.Encoder;
import io.prumerge.config.FeatureSelect;
import io.prumerge.config.FeatureSelection;
import io.prumerge.config.GenerationDefaults;
import io.prumerge.config.GenerationReader;
import io.prumerge.config.JsonFile;
import io.prumerge.config.LlavaConfig;
import io.prumerge.config.MlpConfig;
import io.prumerge.config.ModelFamily;
import io.prumerge.config.PositionConfig;
import io.prumerge.config.QueryConfig;
import io.prumerge.config.Require;
import io.prumerge.config.RopeScaling;
import io.prumerge.config.Settings;
import io.prumerge.config.SeveralImages;
import io.prumerge.config.TextConfig;
import io.prumerge.config.VisionConfig;
import io.prumerge.image.processor.ClipPreprocessor;
import io.prumerge.image.processor.ImageAspect;
import io.prumerge.image.processor.ImageProcessors;
import io.prumerge.image.processor.PreprocessorConfig;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The first Qwen-VL and Qwen-VL-Chat, whose class is in their folders (QwenLM's {@code
 * configuration_qwen.py}, {@code modeling_qwen.py}, {@code visual.py}): the decoder's settings are
 * at the top of config.json, those of tower and connector under {@code visual}. What that code does
 * not read is not read here either.
 */
public final class FirstQwenVlFamily implements Family {

  private static final String NAME = "qwen";

  /** The templates of Qwen-VL and Qwen-VL-Chat. */
  private static final String BASE = "qwen_vl";

  private static final String CHAT = "qwen_vl_chat";
  private static final String VISUAL = "visual";
  private static final String START = "image_start_id";
  private static final String IMAGE = "<img><imgpad></img>";

  /** From {@code <img>} on there are its end and what fills up its place. */
  private static final int FILLER = 2;

  /**
   * From {@code <|endoftext|>} on to {@code <img>}: it, {@code <|im_start|>}, {@code <|im_end|>},
   * 205 extra tokens, and two each of three kinds of marks ({@code tokenization_qwen.py}).
   */
  private static final int FROM_END = 3 + 205 + 3 * 2;

  private static final int HEAD = 128; // of the connector

  /** config.json's flags by type of weights. */
  private static final Map<String, String> FLAGS =
      Map.of("float32", "fp32", "float16", "fp16", "bfloat16", "bf16");

  @Override
  public List<ModelType> models() {
    return List.of(
        new ModelType(
            NAME,
            "Qwen-VL and Qwen-VL-Chat, the first ones",
            "its own",
            "one view, stretched to a square: 256 tokens",
            List.of(BASE, CHAT)));
  }

  @Override
  public LlavaConfig config(Settings root) {
    Settings visual = visual(root);
    TextConfig text = text(root);
    int width = visual.neededInteger("width");
    int layers = visual.neededInteger("layers");
    VisionConfig vision =
        new VisionConfig(
            new Encoder(
                width,
                (int) (width * visual.neededDecimal("mlp_ratio")),
                layers,
                visual.neededInteger("heads"),
                Activation.GELU,
                1e-6),
            3,
            visual.neededInteger("image_size"),
            visual.neededInteger("patch_size"),
            BigGKind.BIG_G);
    int output = visual.neededInteger("output_dim");
    if (output != text.hiddenSize()) {
      throw visual.error(
          "output_dim", "is " + output + " but the decoder's hidden_size " + text.hiddenSize());
    }
    return new LlavaConfig(
        ModelFamily.builder(NAME, resampler(visual))
            .imageText(IMAGE)
            .several(SeveralImages.ALIKE)
            .build(),
        vision,
        text,
        visual.neededInteger(START) + FILLER,
        new FeatureSelection(List.of(layers), FeatureSelect.DEFAULT),
        false);
  }

  private static Settings visual(Settings root) {
    return root.object(VISUAL)
        .orElseThrow(
            () -> root.error(VISUAL, "is missing: a Qwen without it is a language model alone"));
  }

  private static QueryConfig resampler(Settings visual) {
    int queries = visual.integer("n_queries", 256);
    int side = (int) Math.sqrt(queries);
    if (side < 1 || side * side != queries) {
      throw visual.error("n_queries", "is " + queries + "; it must be a square, as 256");
    }
    int width = visual.neededInteger("output_dim");
    int heads = width / HEAD;
    Require.positive("visual output_dim / 128", heads);
    Require.multiple("visual output_dim", width, "output_dim / 128", heads);
    return new QueryConfig.ResamplerConfig(queries, heads);
  }

  private static TextConfig text(Settings root) {
    int hidden = root.neededInteger("hidden_size");
    int heads = root.neededInteger("num_attention_heads");
    int width = root.integer("kv_channels", HEAD);
    if ((long) heads * width != hidden) {
      throw root.error(
          "kv_channels",
          "is " + width + ", which times num_attention_heads " + heads + " is not " + hidden);
    }
    if (root.decimal("rotary_pct", 1) != 1) {
      throw root.error("rotary_pct", "is " + root.decimal("rotary_pct", 1) + "; only 1 is read");
    }
    boolean biases = !root.flag("no_bias", true);
    return new TextConfig(
        root.neededInteger("vocab_size"),
        hidden,
        new MlpConfig(root.neededInteger("intermediate_size") / 2, Activation.SILU),
        root.neededInteger("num_hidden_layers"),
        new AttentionHeads(heads, heads, width),
        new PositionConfig(
            root.neededInteger("seq_length"),
            Optional.of(new RopeScaling.Default(root.decimal("rotary_emb_base", 10_000))),
            OptionalInt.empty()),
        root.decimal("layer_norm_epsilon", 1e-6),
        new LlamaBiases(true, biases, biases),
        DecoderKind.FUSED_QKV);
  }

  @Override
  public Settings decoder(Settings root) {
    return root; // as these models were published
  }

  /**
   * Returns the generation settings of the file; answers of the chat model also end with the tokens
   * of its conversations, {@code <|im_start|>} and {@code <|im_end|>} ({@code
   * qwen_generation_utils.py}, {@code get_stop_words_ids}). Where no file names an end it is {@code
   * <|endoftext|>}.
   */
  @Override
  public GenerationDefaults generation(Path folder, Settings root) {
    Settings stated = stated(folder);
    int end = visual(root).neededInteger(START) - FROM_END;
    GenerationDefaults defaults = GenerationReader.read(List.of(stated), List.of(end));
    return isChat(stated) ? defaults.endingAlsoAt(end + 1).endingAlsoAt(end + 2) : defaults;
  }

  private static Settings stated(Path folder) {
    Path file = folder.resolve(GenerationReader.FILE);
    return Files.exists(file) ? JsonFile.read(file) : Settings.none(file.getFileName().toString());
  }

  private static boolean isChat(Settings generation) {
    return generation.text("chat_format", "").equals("chatml");
  }

  @Override
  public Optional<String> template(Settings root, Path folder) {
    return Optional.of(isChat(stated(folder)) ? CHAT : BASE);
  }

  /** Returns the image processor, whose settings are in the model's code and in no file. */
  @Override
  public ImageProcessors imageProcessors(LlavaConfig config, Path folder, ImageAspect aspect) {
    return new ImageProcessors(
        new ClipPreprocessor(
            PreprocessorConfig.stretched(config.vision().imageSize(), ClipImages.STEPS), aspect));
  }

  /** Returns config.json with the flag of the weights' type, to which the authors' code casts. */
  @Override
  public Map<String, JsonNode> rewritten(
      SideFolders folders, LlavaConfig model, ObjectNode config) {
    ObjectNode own = config.deepCopy();
    String type = config.path("torch_dtype").asText();
    FLAGS.forEach(
        (other, flag) -> {
          if (own.has(flag)) {
            own.put(flag, other.equals(type));
          }
        });
    return Map.of("config.json", own);
  }

  @Override
  public List<TowerKind> towers() {
    return List.of(BigGKind.values());
  }

  @Override
  public TensorNames names(Settings root) {
    return new Names();
  }

  /** The authors' names, but for the head's. */
  private static final class Names implements TensorNames {

    @Override
    public Optional<String> canonical(String spelling) {
      return Spellings.ignored(spelling)
          ? Optional.empty()
          : Optional.of(spelling.equals(Spellings.LANGUAGE_HEAD) ? DecoderWeights.HEAD : spelling);
    }

    @Override
    public String published(String canonical) {
      return Spellings.withoutLanguage(canonical);
    }
  }
}
