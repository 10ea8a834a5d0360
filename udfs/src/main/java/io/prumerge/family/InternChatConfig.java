package io.prumerge.family;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.prumerge.config.CheckpointException;
import io.prumerge.config.DecoderReader;
import io.prumerge.config.Settings;
import java.util.List;
import java.util.Set;

/**
 * Translates the {@code config.json} of InternVL's authors into the Hugging Face layout. Source:
 * OpenGVLab/InternVL 2410d1d, {@code configuration_internvl_chat.py}, {@code
 * configuration_intern_vit.py}, and what InternVL3.5 has there besides; transformers at 015d3b2,
 * {@code convert_internvl_weights_to_hf.py}.
 *
 * <p>Unlike Hugging Face's, it says how many tiles an image gets, and it names no token for the
 * image: the authors ask the tokenizer for it, and for the token that ends an answer.
 */
final class InternChatConfig {

  /** The token that stands for an image's patches. */
  static final String IMAGE = "<IMG_CONTEXT>";

  /** The token that ends an answer, whatever {@code generation_config.json} says. */
  static final String END = "<|im_end|>";

  /** How many tiles an image gets at least; in our translations too. */
  static final String LEAST_TILES = "min_dynamic_patch";

  /** How many it gets at most; likewise. */
  static final String MOST_TILES = "max_dynamic_patch";

  /** The decoder's {@code model_type} where none is stated. */
  static final String DECODER = "qwen2";

  private static final String QWEN3 = "qwen3";

  /** Those of decoders with experts: InternVL3.5-30B-A3B's and 241B-A28B's, and 20B-A4B's. */
  private static final Set<String> EXPERTS = Set.of("qwen3_moe", "gpt_oss");

  /** What "Flash" checkpoints say, whose gate takes 64 or 256 tokens of each tile. */
  private static final List<String> GATE =
      List.of("flash_relative_threshold", "flash_absolute_threshold");

  private static final String TYPE = "internvl_chat";
  private static final String SHUFFLE = "ps_version";
  private static final String TILES = "dynamic_image_size";

  private InternChatConfig() {}

  /** Returns whether a config.json is the authors'. */
  static boolean isChat(Settings root) {
    return root.text("model_type", "").equals(TYPE);
  }

  /** Returns whether InternVL's settings are what {@link #translated} made of the authors'. */
  static boolean isTranslated(Settings root) {
    return root.states(MOST_TILES);
  }

  /**
   * Translates settings to the Hugging Face layout.
   *
   * @throws CheckpointException naming a setting that Hugging Face's InternVL has no place for
   */
  static Settings translated(Settings root, int imageTokenId, int endTokenId) {
    refuseOthers(root);
    Settings text =
        root.object("llm_config").orElseThrow(() -> root.error("llm_config", "is missing"));
    refuseVariants(root, text);
    requireKnown(text);
    boolean tiles = root.flag(TILES, false);
    ObjectNode translated = root.json().removeAll();
    translated.putArray("architectures").add("InternVLForConditionalGeneration");
    translated.put("model_type", "internvl");
    translated.put("image_token_id", imageTokenId);
    translated.put("eos_token_id", endTokenId);
    translated.put("downsample_ratio", root.decimal("downsample_ratio", 0.5));
    translated.put("vision_feature_layer", root.integer("select_layer", -1));
    translated.put("vision_feature_select_strategy", "default");
    translated.put("projector_hidden_act", "gelu");
    translated.put(LEAST_TILES, tiles ? root.integer(LEAST_TILES, 1) : 1);
    translated.put(MOST_TILES, tiles ? root.integer(MOST_TILES, 6) : 1);
    translated.put(DecoderReader.TIED, text.flag(DecoderReader.TIED, false));
    ObjectNode decoder = text.json();
    decoder.remove(List.of("_name_or_path", "architectures", "auto_map", "torch_dtype"));
    translated.set("text_config", decoder.put("eos_token_id", endTokenId));
    translated.set(
        "vision_config",
        vision(root, root.object("vision_config").orElseGet(() -> Settings.none(root.file()))));
    return new Settings(root.file(), translated);
  }

  /** Returns the tower's settings, with InternVisionConfig's defaults. */
  private static ObjectNode vision(Settings root, Settings tower) {
    int side = tower.integer("image_size", 224);
    int forced = root.integer("force_image_size", side);
    if (forced != side) {
      throw root.error(
          "force_image_size", "is " + forced + " but the tower's image_size is " + side);
    }
    ObjectNode vision = root.json().removeAll();
    vision.put("model_type", "internvl_vision");
    vision.put("hidden_size", tower.integer("hidden_size", 3200));
    vision.put("intermediate_size", tower.integer("intermediate_size", 12800));
    vision.put("num_hidden_layers", tower.integer("num_hidden_layers", 48));
    vision.put("num_attention_heads", tower.integer("num_attention_heads", 25));
    vision.put("hidden_act", tower.text("hidden_act", "gelu"));
    vision.put("layer_norm_eps", tower.decimal("layer_norm_eps", 1e-6));
    vision.put("norm_type", tower.text("norm_type", "rms_norm"));
    vision.put("attention_bias", tower.flag("qkv_bias", false));
    vision.put("use_qk_norm", tower.flag("qk_normalization", true));
    vision.putArray("image_size").add(side).add(side);
    int patch = tower.integer("patch_size", 14);
    vision.putArray("patch_size").add(patch).add(patch);
    return vision.put("num_channels", tower.integer("num_channels", 3));
  }

  /**
   * Refuses variants of InternVL3.5, in either layout.
   *
   * @throws CheckpointException if the decoder has experts, or a gate chooses the tokens of a tile
   */
  static void refuseVariants(Settings root, Settings text) {
    String type = text.text("model_type", DECODER);
    if (EXPERTS.contains(type)) {
      throw text.error(
          "model_type",
          "'"
              + type
              + "' has experts, which are not supported; use an InternVL3.5 without, such as 8B");
    }
    for (String key : GATE) {
      if (root.states(key)) {
        throw root.error(
            key,
            "is of InternVL3.5-Flash, whose gate chooses how many tokens a tile has; that is not"
                + " supported. Use the checkpoint without Flash in its name");
      }
    }
  }

  private static void requireKnown(Settings text) {
    String type = text.text("model_type", "");
    if (!type.equals(DECODER) && !type.equals(QWEN3)) {
      throw text.error(
          "model_type",
          "'"
              + type
              + "' is not read in InternVL's own layout; known: "
              + DECODER
              + ", "
              + QWEN3
              + ". Use the folder in Hugging Face's layout, whose name ends in -hf");
    }
  }

  private static void refuseOthers(Settings root) {
    String shuffle = root.text(SHUFFLE, "v1");
    if (!shuffle.equals("v2")) {
      throw root.error(SHUFFLE, "is '" + shuffle + "', which transposes images; known: v2");
    }
    if (root.flag(TILES, false) && !root.flag("use_thumbnail", false)) {
      throw root.error("use_thumbnail", "is false with tiles, which is not supported");
    }
    if (root.flag("pad2square", false)) {
      throw root.error("pad2square", "is true, which is not supported");
    }
  }
}
