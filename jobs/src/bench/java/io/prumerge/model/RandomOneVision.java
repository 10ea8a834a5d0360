package io.prumerge.model;

import java.util.Locale;
import java.util.Map;

/**
 * A LLaVA-OneVision with random weights: half of 7B's widths, with heads as wide and half as many
 * of them, 4 of 26 layers of the tower, a quarter of the vocabulary, and some of 28 decoder layers,
 * of which 4 are as small a part as of the tower's.
 */
public final class RandomOneVision {

  private static final String HALF_TEXT =
      """
      "hidden_size": 1792, "intermediate_size": 9472, "num_attention_heads": 14,
      "num_key_value_heads": 2, "num_hidden_layers": %d\
      """;
  private static final String HALF_VISION =
      """
      "hidden_size": 576, "intermediate_size": 2152, "num_attention_heads": 8,
      "num_hidden_layers": 4\
      """;
  private static final int HALF_SIDE = 384;
  private static final String TINY_TEXT =
      """
      "hidden_size": 32, "intermediate_size": 64, "num_attention_heads": 2,
      "num_key_value_heads": 1, "num_hidden_layers": 2\
      """;
  private static final String TINY_VISION =
      """
      "hidden_size": 32, "intermediate_size": 64, "num_attention_heads": 2,
      "num_hidden_layers": 2\
      """;
  private static final int TINY_SIDE = 56;
  private static final String CONFIG =
      """
      {"model_type": "llava_onevision",
       "architectures": ["LlavaOnevisionForConditionalGeneration"], "dtype": "bfloat16",
       "image_token_index": 483, "video_token_index": 484, "tie_word_embeddings": false,
       "image_grid_pinpoints": [[%1$d, %1$d]], "vision_aspect_ratio": "anyres_max_9",
       "multimodal_projector_bias": true, "projector_hidden_act": "gelu",
       "vision_feature_layer": -1, "vision_feature_select_strategy": "full",
       "text_config": {"model_type": "qwen2", "vocab_size": %2$d, "rms_norm_eps": 1e-06,
        "rope_theta": 1000000.0, "max_position_embeddings": 32768, "use_sliding_window": false,
        "bos_token_id": 480, "eos_token_id": 482, "hidden_act": "silu", %3$s},
       "vision_config": {"model_type": "siglip_vision_model", "vision_use_head": false,
        "hidden_act": "gelu_pytorch_tanh", "layer_norm_eps": 1e-06, "num_channels": 3,
        "patch_size": 14, "image_size": %1$d, %4$s}}
      """;
  private static final String PIXELS =
      """
      {"do_convert_rgb": true, "do_normalize": true, "do_rescale": true, "do_resize": true,
       "image_mean": [0.5, 0.5, 0.5], "image_std": [0.5, 0.5, 0.5], "resample": 3,
       "rescale_factor": 0.00392156862745098, "size": {"height": %1$d, "width": %1$d}, %2$s}
      """;

  private RandomOneVision() {}

  /** Returns the one that is compared with a LLaVA of this shape, with as many decoder layers. */
  public static RandomFolder beside(RandomShape llava) {
    int layers = llava.textLayers();
    return llava.equals(RandomShape.tiny())
        ? folder(TINY_TEXT, TINY_VISION, TINY_SIDE, 512, "random-onevision-tiny")
        : folder(
            String.format(Locale.ROOT, HALF_TEXT, layers),
            HALF_VISION,
            HALF_SIDE,
            38_016,
            "random-onevision-576x4-1792x" + layers);
  }

  private static RandomFolder folder(
      String text, String vision, int side, int vocabulary, String label) {
    String pictures =
        String.format(
            Locale.ROOT,
            """
            "do_pad": true, "image_grid_pinpoints": [[%1$d, %1$d]],
            "image_processor_type": "LlavaOnevisionImageProcessor"\
            """,
            side);
    String videos =
        """
        "do_sample_frames": false, "video_processor_type": "LlavaOnevisionVideoProcessor"\
        """;
    return new RandomFolder(
        label,
        vocabulary,
        Map.of(
            "config.json", String.format(Locale.ROOT, CONFIG, side, vocabulary, text, vision),
            "preprocessor_config.json", String.format(Locale.ROOT, PIXELS, side, pictures),
            "video_preprocessor_config.json", String.format(Locale.ROOT, PIXELS, side, videos)),
        name -> name);
  }
}
