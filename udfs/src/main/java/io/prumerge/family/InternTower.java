package io.prumerge.family;

import io.prumerge.architecture.ClipWeights;
import io.prumerge.architecture.TowerWeights;
import io.prumerge.architecture.Weight;
import io.prumerge.architecture.WeightBlock;
import java.util.List;
import java.util.Optional;

/**
 * InternViT, the vision tower of InternVL (transformers 4.57.1, {@code modeling_internvl.py}), in
 * the structs of {@link ClipWeights}: no norm before the first layer and none after the last, a
 * bias of the patches, and learned scales of what a layer adds. Queries and keys of InternViT-6B
 * have norms over all heads together, and its norms no biases.
 *
 * @param width C, the hidden size
 * @param mlp width of the MLP
 * @param layers encoder layers
 * @param positions the class token and the patches
 * @param patchSize side of a patch in pixels
 * @param channels input channels
 * @param large whether it is InternViT-6B
 */
record InternTower(
    long width, long mlp, int layers, long positions, long patchSize, long channels, boolean large)
    implements TowerWeights {

  /** What the names of all of the tower's tensors begin with. */
  private static final String PREFIX = "vision_tower.";

  private static final String PATCHES_MODULE = "embeddings.patch_embeddings.projection";

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
            Weight.other("class_token", "embeddings.cls_token", 1L, 1L, width).only(true),
            TowerWeights.patches(PATCHES_MODULE, width, channels, patchSize),
            Weight.bias("patch_bias", PATCHES_MODULE, width, true),
            Weight.other("positions", "embeddings.position_embeddings", 1L, positions, width),
            Weight.absent("norm"),
            Weight.absent("norm_bias")));
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
    return Optional.of(ClipWeights.withoutLastNorm(PREFIX));
  }

  private static String prefix(int layer) {
    return PREFIX + "encoder.layer." + layer + ".";
  }

  private List<Weight> layerWeights() {
    boolean small = !large;
    return List.of(
        Weight.other("norm1", "layernorm_before.weight", width),
        Weight.bias("norm1_bias", "layernorm_before", width, small),
        Weight.matrix("q", "attention.q_proj", width, width),
        Weight.bias("q_bias", "attention.q_proj", width, small),
        Weight.matrix("k", "attention.k_proj", width, width),
        Weight.bias("k_bias", "attention.k_proj", width, small),
        Weight.other("q_norm", "attention.q_norm.weight", width).only(large),
        Weight.other("k_norm", "attention.k_norm.weight", width).only(large),
        Weight.matrix("v", "attention.v_proj", width, width),
        Weight.bias("v_bias", "attention.v_proj", width, small),
        Weight.matrix("out", "attention.projection_layer", width, width),
        Weight.other("out_bias", "attention.projection_layer.bias", width),
        Weight.other("scale1", "lambda_1", width).only(true),
        Weight.other("norm2", "layernorm_after.weight", width),
        Weight.bias("norm2_bias", "layernorm_after", width, small),
        Weight.matrix("fc1", "mlp.fc1", mlp, width),
        Weight.other("fc1_bias", "mlp.fc1.bias", mlp),
        Weight.matrix("fc2", "mlp.fc2", width, mlp),
        Weight.other("fc2_bias", "mlp.fc2.bias", width),
        Weight.other("scale2", "lambda_2", width).only(true));
  }
}
