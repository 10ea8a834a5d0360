package io.prumerge.family;

import io.prumerge.architecture.ClipLayer;
import io.prumerge.architecture.ClipWeights;
import io.prumerge.architecture.TowerWeights;
import io.prumerge.architecture.Weight;
import io.prumerge.architecture.WeightBlock;
import java.util.List;
import java.util.Optional;

/**
 * The EVA tower of InstructBLIP and BLIP-2 (transformers 4.57.1, {@code modeling_instructblip.py},
 * {@code InstructBlipVisionModel}). Against CLIP's it has no norm before the first layer, one after
 * the last, a bias of the patches, and one matrix for queries, keys and values. The bias of that
 * matrix is stored whole, although training left the keys' part zero.
 *
 * @param width C, the hidden size
 * @param mlp width of the MLP
 * @param layers all of which the features need
 * @param positions the class token and the patches
 * @param patchSize side of a patch in pixels
 * @param channels input channels
 * @param biases whether queries, keys and values have a bias
 */
record EvaTower(
    long width, long mlp, int layers, long positions, long patchSize, long channels, boolean biases)
    implements TowerWeights {

  /** What the names of all of the tower's tensors begin with. */
  private static final String PREFIX = "vision_model.";

  @Override
  public WeightBlock embeddings() {
    return ClipWeights.EMBEDDINGS.block(
        PREFIX,
        List.of(
            Weight.other("class_token", "embeddings.class_embedding", 1L, 1L, width),
            TowerWeights.patches(PATCHES, width, channels, patchSize),
            Weight.other("patch_bias", PATCHES + ".bias", width),
            Weight.other("positions", "embeddings.position_embedding", 1L, positions, width)));
  }

  @Override
  public WeightBlock layer(int layer) {
    return layer().block(prefix(layer));
  }

  private ClipLayer layer() {
    return new ClipLayer(width, mlp)
        .norms("layer_norm1", "layer_norm2", true)
        .fusedQkv("self_attn.qkv", 1, biases)
        .output("self_attn.projection")
        .mlp("mlp.fc1", "mlp.fc2");
  }

  private static String prefix(int layer) {
    return PREFIX + "encoder.layers." + layer + ".";
  }

  @Override
  public Optional<WeightBlock> scores() {
    return Optional.of(layer().scores(prefix(layers - 1)));
  }

  @Override
  public Optional<WeightBlock> last() {
    return Optional.of(ClipWeights.lastNorm(PREFIX, width));
  }
}
