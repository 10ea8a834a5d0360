package io.prumerge.family;

import io.prumerge.architecture.ClipLayer;
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
  public WeightBlock embeddings() {
    return ClipWeights.EMBEDDINGS.block(
        PREFIX,
        List.of(
            Weight.other("class_token", "embeddings.cls_token", 1L, 1L, width),
            TowerWeights.patches(PATCHES_MODULE, width, channels, patchSize),
            Weight.other("patch_bias", PATCHES_MODULE + ".bias", width),
            Weight.other("positions", "embeddings.position_embeddings", 1L, positions, width)));
  }

  @Override
  public WeightBlock layer(int layer) {
    return layer().block(prefix(layer));
  }

  private ClipLayer layer() {
    ClipLayer layer =
        new ClipLayer(width, mlp)
            .norms("layernorm_before", "layernorm_after", !large)
            .qkv("attention.q_proj", "attention.k_proj", "attention.v_proj", !large)
            .output("attention.projection_layer")
            .mlp("mlp.fc1", "mlp.fc2")
            .scales("lambda_1", "lambda_2");
    return large ? layer.qkNorms("attention.q_norm", "attention.k_norm") : layer;
  }

  private static String prefix(int layer) {
    return PREFIX + "encoder.layer." + layer + ".";
  }

  @Override
  public Optional<WeightBlock> scores() {
    return Optional.of(layer().scores(prefix(layers - 1)));
  }
}
