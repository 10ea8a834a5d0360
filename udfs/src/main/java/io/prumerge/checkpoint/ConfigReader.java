package io.prumerge.checkpoint;

import io.prumerge.architecture.TowerKind;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Reads a {@code config.json} in the Hugging Face layout. Files store only what differs from the
 * class defaults (transformers 4.57.1: LlavaConfig, LlavaNextConfig, InstructBlipConfig,
 * Blip2Config, LlamaConfig, MistralConfig, CLIPVisionConfig, InstructBlipVisionConfig), so the
 * defaults are part of the format. {@code image_seq_length}, {@code dtype} and {@code torch_dtype}
 * are not read: tokens are counted from the dimensions, and every tensor states its own type.
 */
final class ConfigReader {
  private static final String KEY_HEADS = "num_key_value_heads";
  private static final String IMAGE_TOKEN = "image_token_index";
  private static final String WINDOW = "sliding_window";

  private ConfigReader() {}

  /** The configuration, untied: whether the head is the embedding depends on the weight files. */
  static LlavaConfig read(Settings root) {
    return FamilyReader.hasQueries(root) ? queries(root) : rows(root);
  }

  private static LlavaConfig rows(Settings root) {
    VisionConfig vision =
        root.object("vision_config").map(ConfigReader::vision).orElseGet(ConfigReader::clipLarge);
    TextConfig text = text(textSettings(root));
    return new LlavaConfig(
        FamilyReader.read(root, vision),
        vision,
        text,
        imageTokenId(root),
        Activation.named(root.text("projector_hidden_act", "gelu")),
        root.flag("multimodal_projector_bias", true),
        featureLayers(root, vision.layers()),
        FeatureSelect.named(root.text("vision_feature_select_strategy", "default")),
        false,
        root.text("image_aspect_ratio"));
  }

  /** A model whose Q-Former looks at all features behind the tower's last norm. */
  private static LlavaConfig queries(Settings root) {
    VisionConfig vision = eva(root.object("vision_config").orElseGet(ConfigReader::noVision));
    return new LlavaConfig(
        FamilyReader.read(root, vision),
        vision,
        text(textSettings(root)),
        statedImageToken(root)
            .orElseThrow(
                () ->
                    root.error(
                        IMAGE_TOKEN,
                        "is missing: the folder was written before transformers 4.46, and its"
                            + " tokenizer may have no <image>; save it with a newer release")),
        Activation.GELU, // between the two layers of a connector that this is not
        true,
        List.of(vision.layers()),
        FeatureSelect.FULL,
        false,
        Optional.empty());
  }

  private static Settings noVision() {
    return Settings.none("config.json: vision_config");
  }

  /** InstructBlipVisionConfig's and Blip2VisionConfig's defaults. */
  private static VisionConfig eva(Settings vision) {
    requireKind(vision, "instructblip_vision_model", "blip_2_vision_model");
    return new VisionConfig(
        vision.integer("hidden_size", 1408),
        vision.integer("intermediate_size", 6144),
        vision.integer("num_hidden_layers", 39),
        vision.integer("num_attention_heads", 16),
        3,
        vision.integer("image_size", 224),
        vision.integer("patch_size", 14),
        Activation.named(vision.text("hidden_act", "gelu")),
        vision.decimal("layer_norm_eps", 1e-6),
        vision.flag("qkv_bias", true) ? TowerKind.EVA : TowerKind.EVA_WITHOUT_BIASES);
  }

  /** The decoder's settings; a file without them has every default. */
  static Settings textSettings(Settings root) {
    return root.object("text_config").orElseGet(() -> Settings.none("config.json: text_config"));
  }

  private static VisionConfig vision(Settings vision) {
    requireKind(vision, "clip_vision_model");
    return new VisionConfig(
        vision.integer("hidden_size", 768),
        vision.integer("intermediate_size", 3072),
        vision.integer("num_hidden_layers", 12),
        vision.integer("num_attention_heads", 12),
        vision.integer("num_channels", 3),
        vision.integer("image_size", 224),
        vision.integer("patch_size", 32),
        Activation.named(vision.text("hidden_act", "quick_gelu")),
        vision.decimal("layer_norm_eps", 1e-5));
  }

  /** The default for a file without any vision_config: CLIP-L/14 at 336 pixels. */
  private static VisionConfig clipLarge() {
    return new VisionConfig(1024, 4096, 24, 16, 3, 336, 14, Activation.QUICK_GELU, 1e-5);
  }

  /** What the classes of decoders differ in: their defaults, and Mistral's window. */
  private enum Decoder {
    LLAMA(11008, OptionalInt.empty(), 2048, OptionalInt.empty()),
    MISTRAL(14336, OptionalInt.of(8), 4096 * 32, OptionalInt.of(4096));

    private final int mlp;
    private final OptionalInt keyHeads;
    private final int maxPositions;
    private final OptionalInt window;

    Decoder(int mlp, OptionalInt keyHeads, int maxPositions, OptionalInt window) {
      this.mlp = mlp;
      this.keyHeads = keyHeads;
      this.maxPositions = maxPositions;
      this.window = window;
    }

    static Decoder of(Settings text) {
      String type = text.text("model_type", "llama");
      for (Decoder decoder : values()) {
        if (type.equals(decoder.name().toLowerCase(Locale.ROOT))) {
          return decoder;
        }
      }
      throw text.error("model_type", "'" + type + "' is not supported; known: llama, mistral");
    }

    /** Null says that there is none; the default is for files that say nothing. */
    OptionalInt keyHeads(Settings text) {
      return text.keys().contains(KEY_HEADS) ? text.integer(KEY_HEADS) : keyHeads;
    }

    OptionalInt window(Settings text) {
      boolean stated = this == MISTRAL && text.keys().contains(WINDOW);
      return stated ? text.integer(WINDOW) : window;
    }
  }

  private static TextConfig text(Settings text) {
    Decoder decoder = Decoder.of(text);
    int hidden = text.integer("hidden_size", 4096);
    int heads = text.integer("num_attention_heads", 32);
    int maxPositions = text.integer("max_position_embeddings", decoder.maxPositions);
    boolean biases = decoder == Decoder.LLAMA;
    return new TextConfig(
        text.integer("vocab_size", 32000),
        hidden,
        text.integer("intermediate_size", decoder.mlp),
        text.integer("num_hidden_layers", 32),
        heads,
        decoder.keyHeads(text).orElse(heads),
        headDim(text, hidden, heads),
        Activation.named(text.text("hidden_act", "silu")),
        maxPositions,
        text.decimal("rms_norm_eps", 1e-6),
        RopeReader.read(text, maxPositions),
        biases && text.flag("attention_bias", false),
        biases && text.flag("mlp_bias", false),
        decoder.window(text));
  }

  private static int headDim(Settings text, int hidden, int heads) {
    OptionalInt stated = text.integer("head_dim");
    if (stated.isPresent()) {
      return stated.getAsInt();
    }
    Require.positive("text hidden_size", hidden);
    Require.positive("text num_attention_heads", heads);
    Require.multiple("text hidden_size", hidden, "num_attention_heads", heads);
    return hidden / heads;
  }

  private static int imageTokenId(Settings root) {
    return statedImageToken(root).orElse(32000);
  }

  private static OptionalInt statedImageToken(Settings root) {
    OptionalInt index = root.integer(IMAGE_TOKEN);
    OptionalInt id = root.integer("image_token_id");
    if (index.isPresent() && id.isPresent() && index.getAsInt() != id.getAsInt()) {
      throw root.error(
          IMAGE_TOKEN,
          "is " + index.getAsInt() + " but image_token_id is " + id.getAsInt() + "; keep one");
    }
    return index.isPresent() ? index : id;
  }

  /** Negative indices count from the end of the tower's layers + 1 hidden states. */
  private static List<Integer> featureLayers(Settings root, int layers) {
    Optional<List<Integer>> stated = root.integers("vision_feature_layer");
    return stated.orElse(List.of(-2)).stream()
        .map(
            layer -> {
              if (layer < -layers - 1 || layer > layers) {
                throw root.error(
                    "vision_feature_layer",
                    "is " + layer + " but the tower has hidden states 0.." + layers);
              }
              return layer < 0 ? layer + layers + 1 : layer;
            })
        .toList();
  }

  private static void requireKind(Settings settings, String... known) {
    String type = settings.text("model_type", known[0]);
    if (!List.of(known).contains(type)) {
      throw settings.error(
          "model_type", "'" + type + "' is not supported; known: " + String.join(", ", known));
    }
  }
}
