package io.prumerge.architecture;

import java.util.ArrayList;
import java.util.List;

/**
 * CLIP's text tower, and what takes it and the vision tower to their common space (transformers
 * {@code modeling_clip.py}).
 *
 * @param width W, the text tower's hidden size
 * @param mlp width of its MLP
 * @param layers its encoder layers
 * @param vocabulary rows of its embedding
 * @param positions tokens of a text at most
 * @param visionWidth C, the vision tower's hidden size
 * @param space P, the width of the common space
 */
public record ClipTextWeights(
    long width, long mlp, int layers, long vocabulary, long positions, long visionWidth, long space)
    implements PartWeights {

  /** The struct of {@link #ends}. */
  public static final WeightStruct ENDS =
      WeightStruct.of("ClipTextEnds", "tokens", "positions", "norm", "norm_bias", "projection");

  /** The struct of {@link #vision}. */
  public static final WeightStruct VISION =
      WeightStruct.of("ClipProjection", "norm", "norm_bias", "projection");

  private static final String PREFIX = "text_model.";

  /** Returns the embeddings, the norm after the last layer, and the text's projection. */
  public WeightBlock ends() {
    return ENDS.block(
        "",
        List.of(
            Weight.other("tokens", PREFIX + "embeddings.token_embedding.weight", vocabulary, width),
            Weight.other(
                "positions", PREFIX + "embeddings.position_embedding.weight", positions, width),
            Weight.other("norm", PREFIX + "final_layer_norm.weight", width),
            Weight.other("norm_bias", PREFIX + "final_layer_norm.bias", width),
            Weight.matrix("projection", "text_projection", space, width)));
  }

  /** Returns one encoder layer, alike to the vision tower's. */
  public WeightBlock layer(int layer) {
    return ClipWeights.layer(width, mlp).block(PREFIX + "encoder.layers." + layer + ".");
  }

  /** Returns the norm after the vision tower's last layer, and its projection. */
  public WeightBlock vision() {
    return VISION.block(
        "",
        List.of(
            Weight.other("norm", "vision_model.post_layernorm.weight", visionWidth),
            Weight.other("norm_bias", "vision_model.post_layernorm.bias", visionWidth),
            Weight.matrix("projection", "visual_projection", space, visionWidth)));
  }

  @Override
  public List<WeightBlock> blocks() {
    List<WeightBlock> blocks = new ArrayList<>();
    blocks.add(ends());
    for (int layer = 0; layer < layers; layer++) {
      blocks.add(layer(layer));
    }
    blocks.add(vision());
    return blocks;
  }
}
