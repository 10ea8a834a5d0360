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
 * InternVLConfig, CLIPVisionConfig, SiglipVisionConfig, InternVLVisionConfig), so the defaults are
 * part of the format; but Qwen's files have to state what those of its classes are no published
 * model's. {@code image_seq_length}, {@code dtype} and {@code torch_dtype} are not read: tokens are
 * counted from the dimensions, and every tensor states its own type.
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
    if (FamilyReader.isInternVl(root)) {
      return intern(root);
    }
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

  /** Returns InternVL; how many tiles its pictures get may be in another file. */
  private static LlavaConfig intern(Settings root) {
    VisionConfig vision = internVit(root.object("vision_config").orElseGet(ConfigReader::noVision));
    double ratio = root.decimal("downsample_ratio", 0.5);
    if (ratio != 1.0 / vision.kind().block()) {
      throw root.error("downsample_ratio", "is " + ratio + "; only 0.5 is supported");
    }
    if (FeatureSelect.named(root.text(STRATEGY, "default")) == FeatureSelect.FULL) {
      throw root.error(STRATEGY, "is 'full', but a class token is in no block of patches");
    }
    List<Integer> layers = featureLayers(root, -1, vision.encoder().layers());
    if (layers.size() != 1) {
      throw root.error("vision_feature_layer", "names " + layers.size() + " layers, not one");
    }
    return new LlavaConfig(
        FamilyReader.read(root, vision),
        vision,
        DecoderReader.readQwen2(DecoderReader.stated(root)),
        statedImageToken(root).orElse(151667),
        projector(root),
        new FeatureSelection(layers, FeatureSelect.DEFAULT),
        false,
        Optional.empty());
  }

  /** Reads a tower, with InternVLVisionConfig's defaults. */
  private static VisionConfig internVit(Settings vision) {
    requireKind(vision, "internvl_vision");
    boolean large = vision.flag("use_qk_norm", false);
    String norm = vision.text("norm_type", "layer_norm");
    boolean biases = vision.flag("attention_bias", false);
    if (!norm.equals(large ? "rms_norm" : "layer_norm") || biases == large) {
      throw vision.error(
          "norm_type",
          "is '"
              + norm
              + "' with attention_bias "
              + biases
              + " and use_qk_norm "
              + large
              + "; known: layer_norm, true, false as in InternViT-300M; rms_norm, false, true as in"
              + " InternViT-6B");
    }
    for (String key : List.of("use_absolute_position_embeddings", "use_mean_pooling")) {
      if (!vision.flag(key, true)) {
        throw vision.error(key, "is false, which is not supported");
      }
    }
    VisionConfig tower =
        new VisionConfig(
            new Encoder(1024, 4096, 24, 16, Activation.GELU, 1e-6).stated(vision),
            vision.integer("num_channels", 3),
            square(vision, "image_size", 448),
            square(vision, "patch_size", 14),
            large ? TowerKind.INTERN_VIT_6B : TowerKind.INTERN_VIT);
    int patches = tower.imageSize() / tower.patchSize();
    if (patches % tower.kind().block() != 0) {
      throw vision.error("image_size", "has " + patches + " patches a side; it must be even");
    }
    if (large && tower.encoder().layerNormEps() != 1e-6) {
      throw vision.error(
          "layer_norm_eps",
          "is "
              + tower.encoder().layerNormEps()
              + ", but the norms of queries and keys have 1e-6 whatever it says; a tower of both is"
              + " not supported (the published InternViT-6B has 1e-6 in all)");
    }
    return tower;
  }

  // One number, or the same one for height and width.
  private static int square(Settings settings, String key, int absent) {
    List<Integer> sides = settings.integers(key).orElse(List.of(absent));
    if (sides.isEmpty() || sides.stream().distinct().count() > 1) {
      throw settings.error(key, "is " + sides + "; only squares are supported");
    }
    return sides.get(0);
  }

  private static Projector projector(Settings root) {
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
  private static List<Integer> featureLayers(Settings root, int absent, int layers) {
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
