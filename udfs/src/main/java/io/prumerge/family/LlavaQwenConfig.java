package io.prumerge.family;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.prumerge.config.CheckpointException;
import io.prumerge.config.DecoderReader;
import io.prumerge.config.Settings;
import io.prumerge.text.TokenizerFiles;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Translates the flat {@code config.json} of LLaVA-Video and LLaVA-OneVision into the Hugging Face
 * layout, under a {@code model_type} of its own: transformers has no class for LLaVA-Video. Source:
 * LLaVA-VL/LLaVA-NeXT df17966, {@code llava_arch.py}, {@code siglip_encoder.py}, {@code
 * llava_qwen.py}.
 *
 * <p>The tower is SigLIP's without its last layer, trained and stored with the model. Its image
 * processor has no file: size, mean and deviation stand in the code. {@code mm_vision_select_layer}
 * and {@code mm_spatial_pool_stride} are stated, but the code reads neither; it pools by two.
 */
final class LlavaQwenConfig {

  /** The type of the translation, and that which the authors' class has. */
  static final String TYPE = "llava_qwen";

  /** Where the learned row stands among a video's; in our translations too. */
  static final String NEWLINE = "mm_newline_position";

  /** How a frame's rows become fewer; likewise. */
  static final String POOLING = "mm_spatial_pool_mode";

  private static final String CLASS = "LlavaQwenForCausalLM";
  private static final String STRIDE = "mm_spatial_pool_stride";
  private static final String FASTER = "add_faster_video";
  private static final String MERGE = "mm_patch_merge_type";
  private static final String ASPECT = "image_aspect_ratio";
  private static final String PROJECTOR = "mm_projector_type";
  private static final String TOWER = "mm_vision_tower";
  private static final String LAYERS = "num_hidden_layers";
  private static final String IMAGE_TOKEN = "image_token_index";
  private static final String KIND = "model_type";

  /** The tower that is published, by the last part of its name. */
  private static final String PUBLISHED_TOWER = "siglip-so400m-patch14-384";

  private static final Set<String> DROPPED =
      Set.of(
          "_name_or_path",
          FASTER,
          "add_time_instruction",
          "architectures",
          "dtype",
          "faster_token_stride",
          "force_sample",
          ASPECT,
          "image_crop_resolution",
          OriginalConfig.GRIDS,
          "image_split_resolution",
          IMAGE_TOKEN,
          "pos_skipping_range",
          "rope_scaling", // their class sets it to none
          "torch_dtype",
          "transformers_version",
          "use_mm_proj",
          "use_pos_skipping",
          "vision_tower_pretrained");

  private LlavaQwenConfig() {}

  /** Returns whether a flat config.json of LLaVA's authors has SigLIP's tower. */
  static boolean isSiglip(Settings flat) {
    return flat.text(TOWER, "").contains("siglip"); // as their builder.py tells it
  }

  /** Returns the settings of the published tower, which their code has; of another none. */
  static Optional<Settings> knownTower(Settings flat) {
    return flat.text(TOWER).filter(name -> name.endsWith(PUBLISHED_TOWER)).map(name -> tower(flat));
  }

  // SigLipVisionConfig's defaults, which a tower's own settings are laid over.
  private static Settings tower(Settings flat) {
    ObjectNode tower = flat.json().removeAll();
    tower.put("hidden_size", 1152).put("intermediate_size", 4304).put(LAYERS, 27);
    tower.put("num_attention_heads", 16).put("num_channels", 3).put("image_size", 384);
    tower.put("patch_size", 14).put("hidden_act", "gelu_pytorch_tanh").put("layer_norm_eps", 1e-6);
    return new Settings(flat.file(), tower);
  }

  /**
   * Translates settings of the authors' layout.
   *
   * @param folder that has the tokenizer, which lacks the image's token
   * @param vision the tower's settings, of all its layers
   * @throws CheckpointException naming a setting that is not supported
   */
  static Settings translated(Settings flat, Path folder, Settings vision) {
    refuseOthers(flat);
    ObjectNode text = flat.json();
    flat.keys().stream()
        .filter(
            key -> DROPPED.contains(key) || key.startsWith("mm_") || key.startsWith("tokenizer_"))
        .forEach(text::remove);
    text.put(KIND, "qwen2");
    ObjectNode tower = tower(flat).overlaid(vision).json();
    tower.put(LAYERS, tower.path(LAYERS).asInt() - 1).put(KIND, "siglip_vision_model");
    tower.put("vision_use_head", false);
    ObjectNode root = flat.json().removeAll();
    root.putArray("architectures").add(CLASS);
    root.put(KIND, TYPE);
    root.put(IMAGE_TOKEN, imageToken(flat, folder));
    flat.value(OriginalConfig.GRIDS).ifPresent(grids -> root.set(OriginalConfig.GRIDS, grids));
    root.put("projector_hidden_act", "gelu");
    root.put("vision_aspect_ratio", flat.text(ASPECT, ""));
    root.put("vision_feature_layer", -1);
    root.put("vision_feature_select_strategy", "full");
    flat.text(NEWLINE).ifPresent(position -> root.put(NEWLINE, position));
    flat.text(POOLING).ifPresent(mode -> root.put(POOLING, mode));
    root.put(DecoderReader.TIED, flat.flag(DecoderReader.TIED, false));
    root.set("text_config", text);
    root.set("vision_config", tower);
    return new Settings(flat.file(), root);
  }

  // The first id after the tokenizer's: their code cuts the text where it has an image's name.
  private static int imageToken(Settings flat, Path folder) {
    if (TokenizerFiles.isIn(folder)) {
      return TokenizerFiles.tokens(folder);
    }
    return flat.integer(IMAGE_TOKEN)
        .orElseThrow(() -> flat.error(IMAGE_TOKEN, "is missing, and there is no tokenizer"));
  }

  private static void refuseOthers(Settings flat) {
    JsonNode classes = flat.value("architectures").orElseGet(MissingNode::getInstance);
    if (!flat.text(KIND, "").equals(TYPE) && !classes.path(0).asText().equals(CLASS)) {
      throw flat.error(
          "architectures", "is " + classes + ": with SigLIP's tower only " + CLASS + " is read");
    }
    require(flat, PROJECTOR, flat.text(PROJECTOR, "linear"), "mlp2x_gelu");
    require(flat, MERGE, flat.text(MERGE, "flat"), "spatial_unpad");
    require(flat, STRIDE, Integer.toString(flat.integer(STRIDE, 2)), "2");
    if (!flat.text(ASPECT, "").startsWith("anyres_max_")) {
      throw flat.error(
          ASPECT, "is '" + flat.text(ASPECT, "") + "'; known: anyres_max_N, as in anyres_max_9");
    }
    for (String key : List.of(FASTER, OriginalConfig.START_AND_END, "mm_use_im_patch_token")) {
      if (flat.flag(key, false)) {
        throw flat.error(key, "is true, which adds rows that this model does not have here");
      }
    }
  }

  private static void require(Settings flat, String key, String value, String known) {
    if (!value.equals(known)) {
      throw flat.error(key, "'" + value + "' is not supported; known: " + known);
    }
  }
}
