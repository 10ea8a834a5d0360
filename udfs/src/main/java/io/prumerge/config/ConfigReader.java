package io.prumerge.config;

import io.prumerge.architecture.TowerKind;
import io.prumerge.config.LlavaConfig.FeatureSelect;
import io.prumerge.config.LlavaConfig.FeatureSelection;
import io.prumerge.config.LlavaConfig.Projector;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Reads a {@code config.json} in the Hugging Face layout. Files store only what differs from the
 * class defaults (transformers 4.57.1: LlavaConfig, LlavaNextConfig, LlavaOnevisionConfig,
 * CLIPVisionConfig, SiglipVisionConfig), so the defaults are part of the format; but Qwen's files
 * have to state what those of its classes are no published model's. {@code image_seq_length},
 * {@code dtype} and {@code torch_dtype} are not read: tokens are counted from the dimensions, and
 * every tensor states its own type.
 */
public final class ConfigReader {
  private static final String IMAGE_TOKEN = "image_token_index";
  private static final String STRATEGY = "vision_feature_select_strategy";

  private ConfigReader() {}

  /**
   * Returns the configuration, untied: whether the head is the embedding depends on the weight
   * files.
   */
  public static LlavaConfig read(Settings root) {
    return root.text(FamilyReader.TYPE, "").equals(FamilyReader.LLAVA_ONEVISION_NAME)
        ? oneVision(root)
        : rows(root);
  }

  private static LlavaConfig rows(Settings root) {
    VisionConfig vision =
        root.object("vision_config").map(ConfigReader::vision).orElseGet(ConfigReader::clipLarge);
    TextConfig text = DecoderReader.read(DecoderReader.stated(root));
    return new LlavaConfig(
        FamilyReader.read(root, vision),
        vision,
        text,
        imageTokenId(root),
        projector(root),
        new FeatureSelection(
            featureLayers(root, -2, vision.encoder().layers()),
            FeatureSelect.named(root.text(STRATEGY, "default"))),
        false,
        root.text("image_aspect_ratio"));
  }

  /**
   * Reads LLaVA-OneVision. Its features are a layer's output as it is, the authors'
   * (LLaVA-VL/LLaVA-NeXT df17966, {@code siglip_encoder.py}). transformers 4.57.1 takes the last
   * layer's behind {@code post_layernorm}, a mistake that huggingface/transformers#40994 corrects.
   */
  private static LlavaConfig oneVision(Settings root) {
    VisionConfig vision =
        root.object("vision_config").map(ConfigReader::siglip).orElseGet(ConfigReader::siglipLarge);
    String strategy = root.text(STRATEGY, "full");
    if (FeatureSelect.named(strategy) == FeatureSelect.DEFAULT) {
      throw root.error(
          STRATEGY, "is 'default', which would drop a patch: SigLIP has no class token; use full");
    }
    return new LlavaConfig(
        FamilyReader.read(root, vision),
        vision,
        DecoderReader.readQwen2(DecoderReader.stated(root)),
        statedImageToken(root).orElse(151646),
        projector(root),
        new FeatureSelection(
            featureLayers(root, -1, vision.encoder().layers()),
            FeatureSelect.DEFAULT), // all positions are patches
        false,
        Optional.empty());
  }

  /** Returns what a file says of the linear layers behind the tower. */
  public static Projector projector(Settings root) {
    return new Projector(
        Activation.named(root.text("projector_hidden_act", "gelu")),
        root.flag("multimodal_projector_bias", true));
  }

  /** Returns the settings of a file without a tower. */
  public static Settings noVision() {
    return Settings.none("config.json: vision_config");
  }

  /** Reads a tower, with CLIPVisionConfig's defaults. */
  private static VisionConfig vision(Settings vision) {
    requireKind(vision, "clip_vision_model");
    return stated(
        vision,
        new VisionConfig(
            new Encoder(768, 3072, 12, 12, Activation.QUICK_GELU, 1e-5),
            3,
            224,
            32,
            TowerKind.CLIP));
  }

  /** Returns what the settings state, with these values for the others. */
  public static VisionConfig stated(Settings vision, VisionConfig absent) {
    return new VisionConfig(
        absent.encoder().stated(vision),
        vision.integer("num_channels", absent.channels()),
        vision.integer("image_size", absent.imageSize()),
        vision.integer("patch_size", absent.patchSize()),
        absent.kind());
  }

  /** Returns the default for a file without any vision_config: CLIP-L/14 at 336 pixels. */
  private static VisionConfig clipLarge() {
    return new VisionConfig(
        new Encoder(1024, 4096, 24, 16, Activation.QUICK_GELU, 1e-5), 3, 336, 14, TowerKind.CLIP);
  }

  /** Reads a tower, with SiglipVisionConfig's defaults. */
  private static VisionConfig siglip(Settings vision) {
    requireKind(vision, "siglip_vision_model");
    return stated(
        vision,
        new VisionConfig(
            new Encoder(768, 3072, 12, 12, Activation.GELU_TANH, 1e-6),
            3,
            224,
            16,
            TowerKind.SIGLIP));
  }

  /** Returns LlavaOnevisionConfig's tower, for a file without any vision_config. */
  private static VisionConfig siglipLarge() {
    return new VisionConfig(
        new Encoder(1152, 4304, 26, 16, Activation.GELU_TANH, 1e-6), 3, 384, 14, TowerKind.SIGLIP);
  }

  private static int imageTokenId(Settings root) {
    return statedImageToken(root).orElse(32000);
  }

  /** Returns the id of the token that stands for an image, if the file states one. */
  public static OptionalInt statedImageToken(Settings root) {
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
  public static List<Integer> featureLayers(Settings root, int absent, int layers) {
    Optional<List<Integer>> stated = root.integers("vision_feature_layer");
    return stated.orElse(List.of(absent)).stream()
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

  /** Refuses settings that state another {@code model_type} than these. */
  public static void requireKind(Settings settings, String... known) {
    String type = settings.text("model_type", known[0]);
    if (!List.of(known).contains(type)) {
      throw settings.error(
          "model_type", "'" + type + "' is not supported; known: " + String.join(", ", known));
    }
  }
}
