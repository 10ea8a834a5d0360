package io.prumerge.config;

import io.prumerge.architecture.ClipTextWeights;

/**
 * What the text tower of a CLIP model and the projections of both towers look like, with every
 * default of transformers 4.57.1's CLIPConfig resolved.
 *
 * @param text the layers of the text tower
 * @param vocabulary tokens of its tokenizer
 * @param positions tokens of a text at most
 * @param endToken the token whose state stands for a text
 * @param visionWidth hidden size of the vision tower
 * @param visionEps inside the root of the vision tower's layer norms
 * @param space width of the common space
 */
public record ClipConfig(
    Encoder text,
    int vocabulary,
    int positions,
    int endToken,
    int visionWidth,
    double visionEps,
    int space) {

  // Configurations of old files name a token that no text has.
  private static final int OLD_END_TOKEN = 2;

  public ClipConfig {
    text.require("text");
    Require.positive("text vocab_size", vocabulary);
    Require.positive("text max_position_embeddings", positions);
    Require.positive("vision hidden_size", visionWidth);
    Require.positive("vision layer_norm_eps", visionEps);
    Require.positive("projection_dim", space);
  }

  /** Reads the settings of a CLIP model of both towers. */
  public static ClipConfig read(Settings root) {
    if (!root.text("model_type", "").equals("clip")) {
      throw root.error(
          "model_type",
          "is '" + root.text("model_type", "") + "'; a model with CLIP's text tower states 'clip'");
    }
    Settings text = tower(root, "text_config");
    Settings vision = tower(root, "vision_config");
    return new ClipConfig(
        new Encoder(512, 2048, 12, 8, Activation.QUICK_GELU, 1e-5).stated(text),
        text.integer("vocab_size", 49408),
        text.integer("max_position_embeddings", 77),
        text.integer("eos_token_id", 49407),
        vision.integer("hidden_size", 768),
        vision.decimal("layer_norm_eps", 1e-5),
        root.integer("projection_dim", 512));
  }

  // Old files have a tower's settings under ..._dict too, which transformers lays over the others.
  private static Settings tower(Settings root, String key) {
    Settings tower = root.object(key).orElseGet(() -> Settings.none("config.json: " + key));
    return root.object(key + "_dict").map(tower::overlaid).orElse(tower);
  }

  /** Returns the weights of the text tower and both projections. */
  public ClipTextWeights weights() {
    return new ClipTextWeights(
        text.hiddenSize(),
        text.intermediateSize(),
        text.layers(),
        vocabulary,
        positions,
        visionWidth,
        space);
  }

  /**
   * Returns the place in a text of the token whose state stands for it: the first end token, or,
   * where old settings do not name it, the first of the largest id.
   */
  public int standing(int[] ids) {
    int best = 0;
    for (int place = 0; place < ids.length; place++) {
      if (endToken != OLD_END_TOKEN && ids[place] == endToken) {
        return place;
      }
      if (endToken == OLD_END_TOKEN && ids[place] > ids[best]) {
        best = place;
      }
    }
    return best;
  }

  /**
   * Refuses a CLIP model whose dimensions say that the tower of a checkpoint was not taken from it.
   *
   * @throws CheckpointException naming both widths
   */
  public void requireFit(LlavaConfig model) {
    if (model.featureSize() != visionWidth) {
      throw new CheckpointException(
          "its vision tower is "
              + visionWidth
              + " wide, but the features of the model's own are "
              + model.featureSize()
              + "; give the CLIP model that the vision tower was taken from");
    }
  }
}
