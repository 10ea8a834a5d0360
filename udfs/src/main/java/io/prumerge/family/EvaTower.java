package io.prumerge.family;

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

  private static final String JOINT = "self_attn.qkv";
  private static final int PARTS = 3;

  @Override
  public int wholeLayers() {
    return layers;
  }

  @Override
  public WeightBlock embeddings() {
    return new WeightBlock(
        "ClipEmbeddings",
        PREFIX,
        List.of(
            Weight.other("class_token", "embeddings.class_embedding", 1L, 1L, width).only(true),
            TowerWeights.patches(PATCHES, width, channels, patchSize),
            Weight.bias("patch_bias", PATCHES, width, true),
            Weight.other("positions", "embeddings.position_embedding", 1L, positions, width),
            Weight.other("norm", "pre_layrnorm.weight", width).only(false),
            Weight.other("norm_bias", "pre_layrnorm.bias", width).only(false)));
  }

  @Override
  public WeightBlock layer(int layer) {
    return new WeightBlock("ClipLayer", prefix(layer), layerWeights());
  }

  @Override
  public Optional<WeightBlock> scores() {
    return Optional.of(ClipWeights.scores(prefix(layers - 1), layerWeights()));
  }

  @Override
  public Optional<WeightBlock> last() {
    return Optional.of(behind());
  }

  private WeightBlock behind() {
    return new WeightBlock(
        "ClipLast",
        PREFIX,
        List.of(
            Weight.other("norm", "post_layernorm.weight", width),
            Weight.other("norm_bias", "post_layernorm.bias", width)));
  }

  @Override
  public List<WeightBlock> blocks() {
    List<WeightBlock> blocks = TowerWeights.super.blocks();
    blocks.add(behind());
    return blocks;
  }

  private static String prefix(int layer) {
    return PREFIX + "encoder.layers." + layer + ".";
  }

  private List<Weight> layerWeights() {
    return List.of(
        Weight.other("norm1", "layer_norm1.weight", width),
        Weight.bias("norm1_bias", "layer_norm1", width, true),
        Weight.matrix("q", JOINT, width, width).part(0, PARTS),
        Weight.bias("q_bias", JOINT, width, biases).part(0, PARTS),
        Weight.matrix("k", JOINT, width, width).part(1, PARTS),
        Weight.bias("k_bias", JOINT, width, biases).part(1, PARTS),
        Weight.absent("q_norm"),
        Weight.absent("k_norm"),
        Weight.matrix("v", JOINT, width, width).part(2, PARTS),
        Weight.bias("v_bias", JOINT, width, biases).part(2, PARTS),
        Weight.matrix("out", "self_attn.projection", width, width),
        Weight.other("out_bias", "self_attn.projection.bias", width),
        Weight.absent("scale1"),
        Weight.other("norm2", "layer_norm2.weight", width),
        Weight.bias("norm2_bias", "layer_norm2", width, true),
        Weight.matrix("fc1", "mlp.fc1", mlp, width),
        Weight.other("fc1_bias", "mlp.fc1.bias", mlp),
        Weight.matrix("fc2", "mlp.fc2", width, mlp),
        Weight.other("fc2_bias", "mlp.fc2.bias", width),
        Weight.absent("scale2"));
  }
}
