package io.prumerge.family;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.prumerge.config.CheckpointException;
import io.prumerge.config.Require;
import io.prumerge.config.Settings;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;

/**
 * Translates the flat {@code config.json} of LLaVA, LLaVA-NeXT and Shikra into the Hugging Face
 * layout, so that one reader knows what the settings mean and {@code prepare-model} can write them.
 * Source: LLaVA 1.2.2, {@code llava/model/llava_arch.py}, {@code multimodal_projector/builder.py};
 * transformers 4.57.1, {@code convert_llava_weights_to_hf.py} and {@code
 * convert_llava_next_weights_to_hf.py}; shikras/shikra ff79a4c, {@code mllm/models/shikra}.
 *
 * <p>Shikra has a token for the image. LLaVA has none. As in the conversion, {@code <image>} and
 * {@code <pad>} are two new tokens after the vocabulary, which grows to a multiple of 64.
 */
final class OriginalConfig {

  private static final Map<String, String> DECODERS =
      new TreeMap<>(
          Map.of(
              "llava",
              "llama",
              "llava_llama",
              "llama",
              "llava_mistral",
              "mistral",
              "shikra",
              "llama"));
  static final String SHIKRA = "shikra";
  static final String CONNECTION = "mm_projector_type";
  static final String START_AND_END = "mm_use_im_start_end";
  static final String LINEAR = "linear";
  private static final String MERGE = "mm_patch_merge_type";
  static final String ASPECT = "image_aspect_ratio";
  static final String GRIDS = "image_grid_pinpoints";
  private static final String ANYRES = "anyres";
  private static final int VOCABULARY_MULTIPLE = 64;
  private static final int NEW_TOKENS = 2;
  private static final int LLAMA_VOCABULARY = 32000;

  private static final Set<String> ONLY_FLAT = Set.of("llava_llama", "llava_mistral", SHIKRA);

  /** What only training, the tokenizer's Python class or the file's writer needs. */
  private static final Set<String> DROPPED =
      Set.of(
          "_name_or_path",
          "architectures",
          "dtype",
          "freeze_mm_mlp_adapter",
          "freeze_mm_vision_resampler",
          ASPECT,
          GRIDS,
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

  /** Returns whether a config.json is flat: LLaVA's own, not Hugging Face's. */
  static boolean isOriginal(Settings root) {
    boolean flat = !root.states("text_config") && !root.states("vision_config");
    return flat
        && (ONLY_FLAT.contains(root.text("model_type", ""))
            || root.keys().stream().anyMatch(key -> key.startsWith("mm_")));
  }

  /** Returns the type of a flat config.json's translation, tiles apart; of another none. */
  static Optional<String> type(Settings root) {
    if (!isOriginal(root)) {
      return Optional.empty();
    }
    if (LlavaQwenConfig.isSiglip(root)) {
      return Optional.of(LlavaQwenConfig.TYPE);
    }
    return Optional.of(hasImageToken(root) ? SHIKRA : "llava");
  }

  /** Returns whether the checkpoint has a token for the image. */
  private static boolean hasImageToken(Settings flat) {
    return kind(flat).equals(SHIKRA);
  }

  private static String kind(Settings flat) {
    return flat.text("model_type", "llava");
  }

  /** Returns the vocabulary of the checkpoint's own tensors. */
  static int vocabulary(Settings flat) {
    return flat.integer("vocab_size", LLAMA_VOCABULARY);
  }

  /** Returns the name of the vision tower's CLIP model. */
  static String tower(Settings flat) {
    return flat.text("mm_vision_tower")
        .orElseThrow(() -> flat.error("mm_vision_tower", "is missing; it names the CLIP model"));
  }

  /**
   * Translates settings of the authors' layout to Hugging Face's.
   *
   * @param vision the CLIP tower's settings
   * @param imageTokenId of a checkpoint that has one
   * @throws CheckpointException naming a setting that Hugging Face's LLaVA has no place for
   */
  static Settings translated(Settings flat, Settings vision, OptionalInt imageTokenId) {
    refuseOthers(flat);
    boolean tiles = flat.text(ASPECT, "").equals(ANYRES);
    int vocabulary = vocabulary(flat);
    Require.positive("vocab_size", vocabulary);
    ObjectNode text = flat.json();
    flat.keys().stream()
        .filter(
            key -> DROPPED.contains(key) || key.startsWith("mm_") || key.startsWith("tokenizer_"))
        .forEach(text::remove);
    text.put("model_type", DECODERS.get(kind(flat)));
    text.put("vocab_size", imageTokenId.isPresent() ? vocabulary : grown(vocabulary));
    ObjectNode tower = vision.json();
    tower.put("model_type", "clip_vision_model");
    ObjectNode root = flat.json().removeAll();
    if (hasImageToken(flat)) {
      root.put("model_type", SHIKRA);
      root.put(START_AND_END, flat.flag(START_AND_END, true));
    } else {
      root.putArray("architectures")
          .add(tiles ? "LlavaNextForConditionalGeneration" : "LlavaForConditionalGeneration");
      root.put("model_type", tiles ? "llava_next" : "llava");
      root.put("pad_token_id", vocabulary + 1);
    }
    root.put("image_token_index", imageTokenId.orElse(vocabulary));
    if (tiles) {
      flat.value(GRIDS).ifPresent(grids -> root.set(GRIDS, grids));
    }
    if (connection(flat).equals(LINEAR)) {
      root.put(CONNECTION, LINEAR); // our own; transformers has no such model
    }
    root.put("projector_hidden_act", "gelu");
    root.put("vision_feature_layer", flat.integer("mm_vision_select_layer", -2));
    root.put("vision_feature_select_strategy", strategy(flat));
    flat.text(ASPECT).ifPresent(ratio -> root.put(ASPECT, ratio));
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

  private static String connection(Settings flat) {
    return flat.text(CONNECTION, LINEAR);
  }

  private static void refuseOthers(Settings flat) {
    String kind = kind(flat);
    if (!DECODERS.containsKey(kind)) {
      throw flat.error(
          "model_type",
          "'" + kind + "' is not supported; known: " + String.join(", ", DECODERS.keySet()));
    }
    requireOneOf(flat, CONNECTION, connection(flat), List.of(LINEAR, "mlp2x_gelu"));
    String ratio = flat.text(ASPECT, "square");
    requireOneOf(flat, ASPECT, ratio, List.of(ANYRES, "pad", "square"));
    String merge = ratio.equals(ANYRES) ? "spatial_unpad" : "flat";
    if (!flat.text(MERGE, "flat").equals(merge)) {
      throw flat.error(
          MERGE,
          "'"
              + flat.text(MERGE, "flat")
              + "' is not supported with image_aspect_ratio '"
              + ratio
              + "'; known: "
              + merge);
    }
    if (hasImageToken(flat)) {
      return;
    }
    for (String key : Set.of(START_AND_END, "mm_use_im_patch_token")) {
      if (flat.flag(key, false)) {
        throw flat.error(key, "is true, which adds tokens that this model does not have here");
      }
    }
  }

  private static void requireOneOf(Settings flat, String key, String value, List<String> known) {
    if (!known.contains(value)) {
      throw flat.error(key, "'" + value + "' is not supported; known: " + String.join(", ", known));
    }
  }
}
