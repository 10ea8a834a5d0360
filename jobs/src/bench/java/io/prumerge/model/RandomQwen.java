package io.prumerge.model;

import java.util.Locale;
import java.util.Map;

/**
 * A Qwen2.5-VL with random weights: a quarter of 7B's 32 layers of the tower, the last of which
 * attends to the whole image, a quarter of its vocabulary, and some of its 28 decoder layers, of
 * which 7 would be a quarter.
 */
public final class RandomQwen {

  private static final String LANGUAGE = "language_model."; // which published names leave out

  private static final String WIDE_TEXT =
      """
      "hidden_size": 3584, "intermediate_size": 18944, "num_attention_heads": 28,
      "num_key_value_heads": 4, "num_hidden_layers": %d,
      "rope_scaling": {"type": "mrope", "mrope_section": [16, 24, 24]}\
      """;
  private static final String WIDE_VISION =
      """
      "depth": 8, "hidden_size": 1280, "intermediate_size": 3420, "num_heads": 16,
      "out_hidden_size": 3584, "fullatt_block_indexes": [7]\
      """;
  private static final String TINY_TEXT =
      """
      "hidden_size": 32, "intermediate_size": 64, "num_attention_heads": 2,
      "num_key_value_heads": 1, "num_hidden_layers": 2,
      "rope_scaling": {"type": "mrope", "mrope_section": [2, 3, 3]}\
      """;
  private static final String TINY_VISION =
      """
      "depth": 2, "hidden_size": 32, "intermediate_size": 64, "num_heads": 2,
      "out_hidden_size": 32, "fullatt_block_indexes": [1]\
      """;
  private static final String CONFIG =
      """
      {"model_type": "qwen2_5_vl", "architectures": ["Qwen2_5_VLForConditionalGeneration"],
       "image_token_id": 486, "video_token_id": 487, "vision_start_token_id": 483,
       "vision_end_token_id": 484, "bos_token_id": 480, "eos_token_id": 482,
       "torch_dtype": "bfloat16", "vocab_size": %d, "rms_norm_eps": 1e-06,
       "rope_theta": 1000000.0, "max_position_embeddings": 32768, "use_sliding_window": false,
       "hidden_act": "silu", "tie_word_embeddings": false, %s,
       "vision_config": {"hidden_act": "silu", "in_chans": 3, "patch_size": 14,
        "spatial_merge_size": 2, "temporal_patch_size": 2, "window_size": 112, %s}}
      """;
  private static final String PIXELS =
      """
      {"min_pixels": 3136, "max_pixels": 12845056, "patch_size": 14, "temporal_patch_size": 2,
       "merge_size": 2, "image_mean": [0.48145466, 0.4578275, 0.40821073],
       "image_std": [0.26862954, 0.26130258, 0.27577711],
       "image_processor_type": "Qwen2VLImageProcessor"}
      """;

  private RandomQwen() {}

  /** Returns the one that is compared with a LLaVA of this shape, with as many decoder layers. */
  public static RandomFolder beside(RandomShape llava) {
    int layers = llava.textLayers();
    return llava.equals(RandomShape.tiny())
        ? folder(TINY_TEXT, TINY_VISION, 512, "random-qwen-tiny")
        : folder(
            String.format(Locale.ROOT, WIDE_TEXT, layers),
            WIDE_VISION,
            38_016,
            "random-qwen-1280x8-3584x" + layers);
  }

  private static RandomFolder folder(String text, String vision, int vocabulary, String label) {
    return new RandomFolder(
        label,
        vocabulary,
        Map.of(
            "config.json",
            String.format(Locale.ROOT, CONFIG, vocabulary, text, vision),
            "preprocessor_config.json",
            PIXELS),
        name -> name.startsWith(LANGUAGE) ? name.substring(LANGUAGE.length()) : name);
  }
}
