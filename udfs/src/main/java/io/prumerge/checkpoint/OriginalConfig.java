package io.prumerge.checkpoint;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;
import java.util.Set;

/**
 * Translates LLaVA's own flat {@code config.json} into the Hugging Face layout, so that one reader
 * knows what the settings mean and {@code prepare-model} can write them. Source: LLaVA 1.2.2,
 * {@code llava/model/llava_arch.py}, {@code multimodal_projector/builder.py}; transformers 4.57.1,
 * {@code convert_llava_weights_to_hf.py}.
 *
 * <p>The original has no token for the image. As in the conversion, {@code <image>} and {@code
 * <pad>} are two new tokens behind the vocabulary, which grows to a multiple of 64.
 */
final class OriginalConfig {

  private static final Set<String> KINDS = Set.of("llava", "llava_llama");
  private static final int VOCABULARY_MULTIPLE = 64;
  private static final int NEW_TOKENS = 2;
  private static final int LLAMA_VOCABULARY = 32000;

  /** What only training, the tokenizer's Python class or the file's writer needs. */
  private static final Set<String> DROPPED =
      Set.of(
          "_name_or_path",
          "architectures",
          "dtype",
          "freeze_mm_mlp_adapter",
          "freeze_mm_vision_resampler",
          "image_aspect_ratio",
          "image_grid_pinpoints",
          "model_type",
          "torch_dtype",
          "transformers_version",
          "tune_mm_mlp_adapter",
          "tune_mm_vision_resampler",
          "unfreeze_mm_vision_tower",
          "use_mm_proj");

  private static final Map<String, String> STRATEGIES =
      Map.of("patch", "default", "cls_patch", "full");

  private OriginalConfig() {}

  /** Whether a config.json is flat: LLaVA's own, not Hugging Face's. */
  static boolean isOriginal(Settings root) {
    boolean flat = !root.states("text_config") && !root.states("vision_config");
    return flat
        && (root.text("model_type", "").equals("llava_llama")
            || root.keys().stream().anyMatch(key -> key.startsWith("mm_")));
  }

  /** The vocabulary of the checkpoint's own tensors. */
  static int vocabulary(Settings flat) {
    return flat.integer("vocab_size", LLAMA_VOCABULARY);
  }

  /** The name of the vision tower's CLIP model. */
  static String tower(Settings flat) {
    return flat.text("mm_vision_tower")
        .orElseThrow(() -> flat.error("mm_vision_tower", "is missing; it names the CLIP model"));
  }

  /**
   * Returns the same settings in the Hugging Face layout.
   *
   * @param vision the CLIP tower's settings
   * @throws CheckpointException naming a setting that Hugging Face's LLaVA has no place for
   */
  static Settings translated(Settings flat, Settings vision) {
    refuseOthers(flat);
    int vocabulary = vocabulary(flat);
    Require.positive("vocab_size", vocabulary);
    ObjectNode text = flat.json();
    flat.keys().stream()
        .filter(
            key -> DROPPED.contains(key) || key.startsWith("mm_") || key.startsWith("tokenizer_"))
        .forEach(text::remove);
    text.put("model_type", "llama");
    text.put("vocab_size", grown(vocabulary));
    ObjectNode tower = vision.json();
    tower.put("model_type", "clip_vision_model");
    ObjectNode root = flat.json().removeAll();
    root.putArray("architectures").add("LlavaForConditionalGeneration");
    root.put("model_type", "llava");
    root.put("image_token_index", vocabulary);
    root.put("pad_token_id", vocabulary + 1);
    root.put("projector_hidden_act", "gelu");
    root.put("vision_feature_layer", flat.integer("mm_vision_select_layer", -2));
    root.put("vision_feature_select_strategy", strategy(flat));
    flat.text("image_aspect_ratio").ifPresent(ratio -> root.put("image_aspect_ratio", ratio));
    root.put("tie_word_embeddings", flat.flag("tie_word_embeddings", false));
    root.set("text_config", text);
    root.set("vision_config", tower);
    return new Settings(flat.file(), root);
  }

  private static long grown(int vocabulary) {
    long needed = (long) vocabulary + NEW_TOKENS;
    return (needed + VOCABULARY_MULTIPLE - 1) / VOCABULARY_MULTIPLE * VOCABULARY_MULTIPLE;
  }

  private static String strategy(Settings flat) {
    String feature = flat.text("mm_vision_select_feature", "patch");
    String strategy = STRATEGIES.get(feature);
    if (strategy == null) {
      throw flat.error(
          "mm_vision_select_feature", "'" + feature + "' is unknown; known: patch, cls_patch");
    }
    return strategy;
  }

  private static void refuseOthers(Settings flat) {
    String kind = flat.text("model_type", "llava");
    if (!KINDS.contains(kind)) {
      throw flat.error("model_type", "'" + kind + "' is not supported; known: llava, llava_llama");
    }
    requireOnly(flat, "mm_projector_type", flat.text("mm_projector_type", "linear"), "mlp2x_gelu");
    requireOnly(flat, "mm_patch_merge_type", flat.text("mm_patch_merge_type", "flat"), "flat");
    String ratio = flat.text("image_aspect_ratio", "square");
    if (!Set.of("pad", "square").contains(ratio)) {
      throw flat.error(
          "image_aspect_ratio", "'" + ratio + "' is not supported; known: pad, square");
    }
    for (String key : Set.of("mm_use_im_start_end", "mm_use_im_patch_token")) {
      if (flat.flag(key, false)) {
        throw flat.error(key, "is true, which adds tokens that LLaVA-1.5 does not have");
      }
    }
  }

  private static void requireOnly(Settings flat, String key, String value, String known) {
    if (!value.equals(known)) {
      throw flat.error(key, "'" + value + "' is not supported; known: " + known);
    }
  }
}
