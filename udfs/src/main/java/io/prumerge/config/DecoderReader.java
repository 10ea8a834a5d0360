package io.prumerge.config;

import io.prumerge.architecture.LlamaBiases;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Reads the decoder's settings, by {@code model_type}. Files store only what differs from the class
 * defaults (transformers 4.57.1: LlamaConfig, MistralConfig, Qwen2Config, Qwen3Config, OPTConfig),
 * so the defaults are part of the format.
 */
public final class DecoderReader {

  public static final String TIED = "tie_word_embeddings";

  private static final String TYPE = "model_type";

  /** {@code model_type} of OPT. */
  public static final String OPT = "opt";

  private static final String T5 = "t5";
  private static final String KEY_HEADS = "num_key_value_heads";
  private static final String WINDOW = "sliding_window";
  private static final int END = 2; // </s> of Llama, Mistral and OPT; Qwen's have no default
  private static final double TORCH_NORM_EPS = 1e-5; // torch.nn.LayerNorm's default

  private DecoderReader() {}

  /** Returns a config.json's {@code text_config}, or what has every default. */
  public static Settings stated(Settings root) {
    return root.object("text_config").orElseGet(() -> Settings.none("config.json: text_config"));
  }

  /** Returns whether the settings of a decoder say that its head is its embedding. */
  public static boolean tied(Settings text) {
    return text.flag(TIED, isOpt(text));
  }

  /** Returns whether the settings name OPT. */
  public static boolean isOpt(Settings text) {
    return text.text(TYPE, "").equals(OPT);
  }

  /** Reads a decoder's configuration; one without a {@code model_type} is Llama's. */
  public static TextConfig read(Settings text) {
    return read(text, "llama");
  }

  /**
   * Reads a decoder's configuration.
   *
   * @param absent the {@code model_type} of one that states none
   */
  public static TextConfig read(Settings text, String absent) {
    return isOpt(text) ? opt(text) : llama(text, Llama.of(text, absent));
  }

  /**
   * Reads a decoder with positions of three parts, whose dimensions are stated.
   *
   * @param normed whether queries and keys of each head have a norm and no biases, and the parts of
   *     its positions are interleaved, as Qwen3-VL's; else it is Qwen2's
   */
  public static TextConfig readWithAxes(Settings text, boolean normed) {
    int maxPositions = text.neededInteger("max_position_embeddings");
    return llama(
        text,
        normed ? Llama.NORMED : Llama.BIASED,
        maxPositions,
        RopeReader.readParts(text, normed, maxPositions));
  }

  /** Returns the tokens that end an answer where no file names any: the class's default. */
  static List<Integer> ends(Settings text) {
    Llama known = Llama.TYPES.get(text.text(TYPE, ""));
    return known == Llama.BIASED || known == Llama.OWN_WIDTH ? List.of() : List.of(END);
  }

  /** What the classes of such decoders differ in: their defaults, biases and windows. */
  private enum Llama {
    LLAMA(32000, 11008, OptionalInt.empty(), 2048, OptionalInt.empty()),
    MISTRAL(32000, 14336, OptionalInt.of(8), 4096 * 32, OptionalInt.of(4096)),
    /** Qwen2's: queries, keys and values have biases. */
    BIASED(151936, 22016, OptionalInt.of(32), 32768, OptionalInt.of(4096)),
    /** Qwen3-VL's: queries and keys have norms. */
    NORMED(151936, 22016, OptionalInt.of(32), 128000, OptionalInt.empty()),
    /** Qwen3's: likewise, and heads of a width of their own. */
    OWN_WIDTH(151936, 22016, OptionalInt.of(32), 32768, OptionalInt.of(4096));

    /** Width of Qwen3's heads, whatever that of its hidden states is. */
    private static final int HEAD_WIDTH = 128;

    /** Those that a decoder's own {@code model_type} names. */
    private static final Map<String, Llama> TYPES =
        new TreeMap<>(
            Map.of("llama", LLAMA, "mistral", MISTRAL, "qwen2", BIASED, "qwen3", OWN_WIDTH));

    private final int vocabulary;
    private final int mlp;
    private final OptionalInt keyHeads;
    private final int maxPositions;
    private final OptionalInt window;

    Llama(int vocabulary, int mlp, OptionalInt keyHeads, int maxPositions, OptionalInt window) {
      this.vocabulary = vocabulary;
      this.mlp = mlp;
      this.keyHeads = keyHeads;
      this.maxPositions = maxPositions;
      this.window = window;
    }

    static Llama of(Settings text, String absent) {
      String type = text.text(TYPE, absent);
      Llama known = TYPES.get(type);
      if (known != null) {
        return known;
      }
      if (type.equals(T5)) {
        throw text.error(
            TYPE,
            "'t5' is not supported: FLAN-T5 reads the prompt in an encoder of its own; use the"
                + " checkpoint with OPT or Vicuna");
      }
      List<String> all = Stream.concat(TYPES.keySet().stream(), Stream.of(OPT)).sorted().toList();
      throw text.error(TYPE, "'" + type + "' is not supported; known: " + String.join(", ", all));
    }

    /** Null says that there is none; the default is for files that say nothing. */
    OptionalInt keyHeads(Settings text) {
      return text.keys().contains(KEY_HEADS) ? text.integer(KEY_HEADS) : keyHeads;
    }

    boolean normed() {
      return this == NORMED || this == OWN_WIDTH;
    }

    int headDim(int hidden, int heads) {
      return this == OWN_WIDTH ? HEAD_WIDTH : DecoderReader.headDim(hidden, heads);
    }

    /** Qwen2's and Qwen3's is of the layers after the first max_window_layers. */
    OptionalInt window(Settings text, int layers) {
      if ((this == BIASED || this == OWN_WIDTH)
          && (!text.flag("use_sliding_window", false)
              || text.integer("max_window_layers", 28) >= layers && !text.states("layer_types"))) {
        return OptionalInt.empty();
      }
      boolean stated = this != LLAMA && this != NORMED && text.keys().contains(WINDOW);
      return stated ? text.integer(WINDOW) : window;
    }

    boolean bias(Settings text, String key) {
      return (this == LLAMA || normed()) && text.flag(key, false);
    }
  }

  private static TextConfig llama(Settings text, Llama llama) {
    int maxPositions = text.integer("max_position_embeddings", llama.maxPositions);
    return llama(text, llama, maxPositions, RopeReader.read(text, maxPositions));
  }

  private static TextConfig llama(Settings text, Llama llama, int maxPositions, RopeScaling rope) {
    int hidden = text.integer("hidden_size", 4096);
    int heads = text.integer("num_attention_heads", 32);
    int layers = text.integer("num_hidden_layers", 32);
    OptionalInt headDim = text.integer("head_dim");
    return new TextConfig(
        text.integer("vocab_size", llama.vocabulary),
        hidden,
        new MlpConfig(
            text.integer("intermediate_size", llama.mlp),
            Activation.named(text.text("hidden_act", "silu"))),
        layers,
        new AttentionHeads(
            heads,
            llama.keyHeads(text).orElse(heads),
            headDim.isPresent() ? headDim.getAsInt() : llama.headDim(hidden, heads),
            llama.normed()),
        new PositionConfig(maxPositions, Optional.of(rope), llama.window(text, layers)),
        text.decimal("rms_norm_eps", 1e-6),
        new LlamaBiases(
            llama == Llama.BIASED || llama.bias(text, "attention_bias"),
            llama.bias(text, "attention_bias"),
            llama.bias(text, "mlp_bias")));
  }

  private static TextConfig opt(Settings text) {
    int hidden = text.integer("hidden_size", 768);
    int heads = text.integer("num_attention_heads", 12);
    boolean biases = text.flag("enable_bias", true);
    refuseOtherForms(text, hidden);
    return new TextConfig(
        text.integer("vocab_size", 50272),
        hidden,
        new MlpConfig(
            text.integer("ffn_dim", 3072),
            Activation.named(text.text("activation_function", "relu"))),
        text.integer("num_hidden_layers", 12),
        new AttentionHeads(heads, heads, headDim(hidden, heads)),
        new PositionConfig(
            text.integer("max_position_embeddings", 2048), Optional.empty(), OptionalInt.empty()),
        TORCH_NORM_EPS,
        new LlamaBiases(biases, biases, biases));
  }

  // OPT-350m's forms, and those of experiments that were not published.
  private static void refuseOtherForms(Settings text, int hidden) {
    for (String key : List.of("do_layer_norm_before", "layer_norm_elementwise_affine")) {
      if (!text.flag(key, true)) {
        throw text.error(key, "is false, which is not supported");
      }
    }
    if (text.flag("_remove_final_layer_norm", false)) {
      throw text.error("_remove_final_layer_norm", "is true, which is not supported");
    }
    int embedding = text.integer("word_embed_proj_dim", hidden);
    if (embedding != hidden) {
      throw text.error(
          "word_embed_proj_dim",
          "is " + embedding + ", which is not supported: hidden_size is " + hidden);
    }
  }

  private static int headDim(int hidden, int heads) {
    Require.positive("text hidden_size", hidden);
    Require.positive("text num_attention_heads", heads);
    Require.multiple("text hidden_size", hidden, "num_attention_heads", heads);
    return hidden / heads;
  }

  /**
   * Reads the rotary embedding's settings: {@code rope_theta} with {@code rope_scaling} with a
   * {@code rope_type} (older: {@code type}), or {@code rope_parameters}, which holds all of them.
   */
  private static final class RopeReader {
    private RopeReader() {}

    static RopeScaling read(Settings text, int maxPositions) {
      refusePartial(text);
      Optional<Settings> parameters = text.object("rope_parameters");
      Optional<Settings> scaling = text.object("rope_scaling");
      if (parameters.isPresent()
          && scaling.isPresent()
          && !text.value("rope_parameters").equals(text.value("rope_scaling"))) {
        throw text.error(
            "rope_parameters", "and rope_scaling are both stated and differ; keep one");
      }
      if (parameters.isPresent()) {
        Settings rope = parameters.get();
        return scaled(rope, type(rope).orElse("default"), theta(text, rope), maxPositions);
      }
      if (scaling.isPresent()) {
        Settings rope = scaling.get();
        String type = type(rope).orElseThrow(() -> rope.error("rope_type", "is missing"));
        return scaled(rope, type, theta(text, rope), maxPositions);
      }
      return new RopeScaling.Default(text.decimal("rope_theta", 10000.0));
    }

    private static RopeScaling scaled(Settings rope, String type, double theta, int maxPositions) {
      refusePartial(rope);
      return switch (type) {
        case "default" -> new RopeScaling.Default(theta);
        case "linear" -> new RopeScaling.Linear(theta, rope.neededDecimal("factor"));
        case "dynamic" -> new RopeScaling.Dynamic(theta, rope.neededDecimal("factor"));
        case "llama3" ->
            new RopeScaling.Llama3(
                theta,
                rope.neededDecimal("factor"),
                rope.neededDecimal("low_freq_factor"),
                rope.neededDecimal("high_freq_factor"),
                rope.neededInteger("original_max_position_embeddings"));
        case "yarn" -> yarn(rope, theta, maxPositions);
        default ->
            throw rope.error(
                "rope_type",
                "'" + type + "' is not supported; known: default, dynamic, linear, llama3, yarn");
      };
    }

    /**
     * Reads M-RoPE's. Its type is {@code mrope}, which newer saves call default, and may keep with
     * that; or that of scaled frequencies, as yarn for long texts.
     */
    static RopeScaling readParts(Settings text, boolean interleaved, int maxPositions) {
      Settings rope =
          text.object("rope_parameters")
              .or(() -> text.object("rope_scaling"))
              .orElseThrow(() -> text.error("rope_scaling", "is missing"));
      String type = partsType(rope);
      if (!text.states("rope_theta") && !rope.states("rope_theta")) {
        throw text.error("rope_theta", "is missing");
      }
      if (rope.states("mrope_interleaved")
          && rope.flag("mrope_interleaved", interleaved) != interleaved) {
        throw rope.error(
            "mrope_interleaved",
            "is "
                + !interleaved
                + "; this family's rows and columns "
                + (interleaved ? "take turns" : "stand one after the other"));
      }
      return new RopeScaling.Multimodal(
          scaled(rope, type, theta(text, rope), maxPositions),
          rope.integers("mrope_section")
              .orElseThrow(() -> rope.error("mrope_section", "is missing")),
          interleaved);
    }

    private static String partsType(Settings rope) {
      List<String> stated =
          Stream.of("rope_type", "type")
              .flatMap(key -> rope.text(key).stream())
              .map(type -> type.equals("mrope") ? "default" : type)
              .distinct()
              .toList();
      if (stated.size() > 1) {
        throw rope.error(
            "rope_type",
            "is '"
                + rope.text("rope_type", "")
                + "' but type is '"
                + rope.text("type", "")
                + "'; keep one");
      }
      return stated.isEmpty() ? "default" : stated.get(0);
    }

    private static RopeScaling.Yarn yarn(Settings rope, double theta, int maxPositions) {
      double factor = rope.neededDecimal("factor");
      double mscale = rope.decimal("mscale", 0);
      double mscaleAll = rope.decimal("mscale_all_dim", 0);
      double inferred =
          mscale != 0 && mscaleAll != 0
              ? magnitude(factor, mscale) / magnitude(factor, mscaleAll)
              : magnitude(factor, 1);
      return new RopeScaling.Yarn(
          theta,
          factor,
          rope.decimal("attention_factor", inferred),
          orDefault(rope.decimal("beta_fast", 0), 32),
          orDefault(rope.decimal("beta_slow", 0), 1),
          rope.integer("original_max_position_embeddings", maxPositions),
          rope.flag("truncate", true));
    }

    // 0 is as absent there.
    private static double orDefault(double stated, double absent) {
      return stated == 0 ? absent : stated;
    }

    private static double magnitude(double factor, double mscale) {
      return factor <= 1 ? 1.0 : 0.1 * mscale * Math.log(factor) + 1.0;
    }

    private static Optional<String> type(Settings rope) {
      Optional<String> type = rope.text("rope_type");
      Optional<String> older = rope.text("type");
      if (type.isPresent() && older.isPresent() && !type.equals(older)) {
        throw rope.error(
            "rope_type", "is '" + type.get() + "' but type is '" + older.get() + "'; keep one");
      }
      return type.or(() -> older);
    }

    private static double theta(Settings text, Settings rope) {
      OptionalDouble outer = text.decimal("rope_theta");
      OptionalDouble inner = rope.decimal("rope_theta");
      if (outer.isPresent() && inner.isPresent() && outer.getAsDouble() != inner.getAsDouble()) {
        throw rope.error(
            "rope_theta",
            "is "
                + inner.getAsDouble()
                + " but text_config.rope_theta is "
                + outer.getAsDouble()
                + "; keep one");
      }
      return inner.orElse(outer.orElse(10000.0));
    }

    private static void refusePartial(Settings settings) {
      double factor = settings.decimal("partial_rotary_factor", 1.0);
      if (factor != 1.0) {
        throw settings.error("partial_rotary_factor", factor + " is not supported; Llama has 1.0");
      }
    }
  }
}
