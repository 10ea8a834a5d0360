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

  /** The struct of {@link #layer(int)}. */
  public static final WeightStruct LAYER =
      WeightStruct.of(
          "ClipLayer",
          "norm1",
          "norm1_bias?",
          "q",
          "q_bias?",
          "k",
          "k_bias?",
          "q_norm?",
          "k_norm?",
          "v",
          "v_bias?",
          "out",
          "out_bias",
          "scale1?",
          "norm2",
          "norm2_bias?",
          "fc1",
          "fc1_bias",
          "fc2",
          "fc2_bias",
          "scale2?");

  /** Fields of a layer that PruMerge's scores need: all up to the norms of queries and keys. */
  private static final int SCORING_WEIGHTS = 8;

  /** The struct of {@link #scores()}. */
  public static final WeightStruct SCORES =
      new WeightStruct("ClipScores", LAYER.fields().subList(0, SCORING_WEIGHTS));

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
    return new WeightBlock(
        "ClipEmbeddings",
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
    return layer(prefix(layer), width, mlp);
  }

  /** Returns a layer of either of CLIP's towers. */
  static WeightBlock layer(String prefix, long width, long mlp) {
    return new WeightBlock("ClipLayer", prefix, layerWeights(width, mlp));
  }

  @Override
  public Optional<WeightBlock> scores() {
    return Optional.of(scoring());
  }

  private WeightBlock scoring() {
    return scores(prefix(layers - 1), layerWeights(width, mlp));
  }

  /**
   * Returns the weights of PruMerge's scores.
   *
   * @param prefix of the last layer
   * @param layer its weights, in the struct's order
   */
  public static WeightBlock scores(String prefix, List<Weight> layer) {
    return new WeightBlock("ClipScores", prefix, layer.subList(0, SCORING_WEIGHTS));
  }

  /** Returns the end of a tower that has no norm after the last layer. */
  public static WeightBlock withoutLastNorm(String prefix) {
    return new WeightBlock(
        "ClipLast", prefix, List.of(Weight.absent("norm"), Weight.absent("norm_bias")));
  }

  /** Returns the weights after the last layer, which no feature needs. */
  @Override
  public Optional<WeightBlock> last() {
    return Optional.of(behind());
  }

  private WeightBlock behind() {
    return new WeightBlock(
        "ClipLast",
        PREFIX,
        Stream.of(
                Weight.other("norm", "post_layernorm.weight", width),
                Weight.other("norm_bias", "post_layernorm.bias", width))
            .map(Weight::unread)
            .toList());
  }

  @Override
  public List<WeightBlock> blocks() {
    List<WeightBlock> blocks = TowerWeights.super.blocks();
    blocks.add(scoring());
    List<Weight> layer = layerWeights(width, mlp);
    Stream<Weight> rest = layer.subList(SCORING_WEIGHTS, layer.size()).stream();
    if (wholeLayers() < layers) {
      blocks.add(
          new WeightBlock(
              "ClipLayerRest",
              prefix(layers - 1),
              rest.filter(Weight::read).map(Weight::unread).toList()));
    }
    blocks.add(behind());
    return blocks;
  }

  private static String prefix(int layer) {
    return PREFIX + "encoder.layers." + layer + ".";
  }

  private static List<Weight> layerWeights(long width, long mlp) {
    return List.of(
        Weight.other("norm1", "layer_norm1.weight", width),
        Weight.bias("norm1_bias", "layer_norm1", width, true),
        Weight.matrix("q", "self_attn.q_proj", width, width),
        Weight.bias("q_bias", "self_attn.q_proj", width, true),
        Weight.matrix("k", "self_attn.k_proj", width, width),
        Weight.bias("k_bias", "self_attn.k_proj", width, true),
        Weight.absent("q_norm"),
        Weight.absent("k_norm"),
        Weight.matrix("v", "self_attn.v_proj", width, width),
        Weight.bias("v_bias", "self_attn.v_proj", width, true),
        Weight.matrix("out", "self_attn.out_proj", width, width),
        Weight.other("out_bias", "self_attn.out_proj.bias", width),
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
