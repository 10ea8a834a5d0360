package io.prumerge.architecture;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * CLIP's vision tower (transformers {@code modeling_clip.py}); or SigLIP's ({@code
 * modeling_siglip.py}), which has no class token and no norm before the first layer, but a bias of
 * the patches.
 *
 * <p>A checkpoint may lack what neither the features nor the scores read: {@code post_layernorm},
 * and all but norm, queries and keys of a last layer that gives no features.
 *
 * @param width C, the hidden size
 * @param mlp width of the MLP
 * @param layers encoder layers
 * @param featureDepth encoder layers that the features need
 * @param positions the patches, and the class token where there is one
 * @param patchSize side of a patch in pixels
 * @param channels input channels
 * @param classToken whether it is CLIP's
 */
public record ClipWeights(
    long width,
    long mlp,
    int layers,
    int featureDepth,
    long positions,
    long patchSize,
    long channels,
    boolean classToken)
    implements TowerWeights {

  /** The struct of {@link #embeddings}. */
  public static final WeightStruct EMBEDDINGS =
      WeightStruct.of(
          "ClipEmbeddings",
          "class_token?",
          "patches",
          "patch_bias?",
          "positions",
          "norm?",
          "norm_bias?");

  /** The struct of {@link #last}. */
  public static final WeightStruct LAST = WeightStruct.of("ClipLast", "norm?", "norm_bias?");

  /** What the names of all of the tower's tensors begin with. */
  public static final String PREFIX = "vision_tower.vision_model.";

  /**
   * Returns the layers that run in full: those of the features, those below the last, at least one.
   */
  @Override
  public int wholeLayers() {
    return Math.max(1, Math.max(featureDepth, layers - 1));
  }

  @Override
  public WeightBlock embeddings() {
    return EMBEDDINGS.block(
        PREFIX,
        List.of(
            Weight.other("class_token", "embeddings.class_embedding", width).only(classToken),
            TowerWeights.patches(TowerWeights.PATCHES, width, channels, patchSize),
            Weight.bias("patch_bias", TowerWeights.PATCHES, width, !classToken),
            Weight.other("positions", "embeddings.position_embedding.weight", positions, width),
            Weight.other("norm", "pre_layrnorm.weight", width).only(classToken),
            Weight.other("norm_bias", "pre_layrnorm.bias", width).only(classToken)));
  }

  @Override
  public WeightBlock layer(int layer) {
    return layer(width, mlp).block(prefix(layer));
  }

  /** Returns a layer of either of CLIP's towers. */
  static ClipLayer layer(long width, long mlp) {
    return new ClipLayer(width, mlp)
        .norms("layer_norm1", "layer_norm2", true)
        .qkv("self_attn.q_proj", "self_attn.k_proj", "self_attn.v_proj", true)
        .output("self_attn.out_proj")
        .mlp("mlp.fc1", "mlp.fc2");
  }

  @Override
  public Optional<WeightBlock> scores() {
    return Optional.of(scoring());
  }

  private WeightBlock scoring() {
    return layer(width, mlp).scores(prefix(layers - 1));
  }

  /** Returns the norm after the last layer of a tower that names it as CLIP's does. */
  public static WeightBlock lastNorm(String prefix, long width) {
    return LAST.block(
        prefix,
        List.of(
            Weight.other("norm", "post_layernorm.weight", width),
            Weight.other("norm_bias", "post_layernorm.bias", width)));
  }

  /** Returns the weights after the last layer, which no feature needs. */
  @Override
  public Optional<WeightBlock> last() {
    return Optional.of(unread(LAST.name(), PREFIX, lastNorm(PREFIX, width).weights().stream()));
  }

  private static WeightBlock unread(String name, String prefix, Stream<Weight> weights) {
    return new WeightBlock(name, prefix, weights.map(Weight::unread).toList());
  }

  @Override
  public List<WeightBlock> blocks() {
    List<WeightBlock> blocks = TowerWeights.super.blocks();
    blocks.add(scoring());
    if (wholeLayers() < layers) {
      blocks.add(unread("ClipLayerRest", prefix(layers - 1), layer(width, mlp).rest()));
    }
    last().ifPresent(blocks::add);
    return blocks;
  }

  private static String prefix(int layer) {
    return PREFIX + "encoder.layers." + layer + ".";
  }
}
