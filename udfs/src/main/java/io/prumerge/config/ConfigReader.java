package io.prumerge.config;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Reads the settings of a {@code config.json} in the Hugging Face layout that several families
 * have. {@code image_seq_length}, {@code dtype} and {@code torch_dtype} are not read: tokens are
 * counted from the dimensions, and every tensor states its own type.
 */
public final class ConfigReader {
  private static final String IMAGE_TOKEN = "image_token_index";

  private ConfigReader() {}

  /** Returns the two linear layers after the tower that a file states. */
  public static TwoLinearLayers twoLinearLayers(Settings root) {
    return new TwoLinearLayers(
        connectorActivation(root), root.flag("multimodal_projector_bias", true));
  }

  /** Returns the function between the connector's linear layers that a file states. */
  public static Activation connectorActivation(Settings root) {
    return Activation.named(root.text("projector_hidden_act", "gelu"));
  }

  /** Returns the settings of a file without a tower. */
  public static Settings noVision() {
    return Settings.none("config.json: vision_config");
  }

  /** Returns the settings, with these values for those that are not stated. */
  public static VisionConfig stated(Settings vision, VisionConfig absent) {
    return new VisionConfig(
        absent.encoder().stated(vision),
        vision.integer("num_channels", absent.channels()),
        vision.integer("image_size", absent.imageSize()),
        vision.integer("patch_size", absent.patchSize()),
        absent.kind());
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

  /**
   * Returns the hidden states of the tower, 0 to layers, that become features; negative indices
   * count from their end.
   *
   * @param absent what a file means that states none
   */
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
