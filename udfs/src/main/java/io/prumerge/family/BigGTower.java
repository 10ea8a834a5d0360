package io.prumerge.family;

import io.prumerge.architecture.ClipWeights;
import io.prumerge.architecture.Resampler;
import io.prumerge.architecture.TowerWeights;
import io.prumerge.architecture.Weight;
import io.prumerge.architecture.WeightBlock;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The vision tower of the first Qwen-VL (QwenLM's {@code visual.py}, {@code VisionTransformer}),
 * OpenCLIP's ViT-bigG without its class token, in the structs of {@link ClipWeights}: a norm before
 * the first layer and none after the last, one matrix for queries, keys and values whose rows stand
 * head by head, and positions that are stored for 16 x 16 patches whatever the image's size.
 *
 * @param width C, the hidden size
 * @param mlp width of the MLP
 * @param layers all of which the features need
 * @param heads of every attention
 * @param patchSize side of a patch in pixels
 * @param channels input channels
 */
record BigGTower(long width, long mlp, int layers, int heads, long patchSize, long channels)
    implements TowerWeights {

  private static final int STORED_SIDE = 16;
  private static final String JOINT = "attn.in_proj";
  private static final int PARTS = 3;

  @Override
  public OptionalInt storedSide() {
    return OptionalInt.of(STORED_SIDE);
  }

  @Override
  public int wholeLayers() {
    return layers;
  }

  @Override
  public WeightBlock embeddings() {
    return new WeightBlock(
        "ClipEmbeddings",
        Resampler.PREFIX,
        List.of(
            Weight.absent("class_token"),
            TowerWeights.patches("conv1", width, channels, patchSize),
            Weight.absent("patch_bias"),
            Weight.other(
                "positions", "positional_embedding", (long) STORED_SIDE * STORED_SIDE, width),
            Weight.other("norm", "ln_pre.weight", width).only(true),
            Weight.other("norm_bias", "ln_pre.bias", width).only(true)));
  }

  @Override
  public WeightBlock layer(int layer) {
    return new WeightBlock(
        "ClipLayer", Resampler.PREFIX + "transformer.resblocks." + layer + ".", layerWeights());
  }

  @Override
  public Optional<WeightBlock> scores() {
    return Optional.empty();
  }

  @Override
  public Optional<WeightBlock> last() {
    return Optional.of(ClipWeights.withoutLastNorm(Resampler.PREFIX));
  }

  private List<Weight> layerWeights() {
    return List.of(
        Weight.other("norm1", "ln_1.weight", width),
        Weight.bias("norm1_bias", "ln_1", width, true),
        Weight.matrix("q", JOINT, width, width).part(0, PARTS, heads),
        Weight.bias("q_bias", JOINT, width, true).part(0, PARTS, heads),
        Weight.matrix("k", JOINT, width, width).part(1, PARTS, heads),
        Weight.bias("k_bias", JOINT, width, true).part(1, PARTS, heads),
        Weight.absent("q_norm"),
        Weight.absent("k_norm"),
        Weight.matrix("v", JOINT, width, width).part(2, PARTS, heads),
        Weight.bias("v_bias", JOINT, width, true).part(2, PARTS, heads),
        Weight.matrix("out", "attn.out_proj", width, width),
        Weight.other("out_bias", "attn.out_proj.bias", width),
        Weight.absent("scale1"),
        Weight.other("norm2", "ln_2.weight", width),
        Weight.bias("norm2_bias", "ln_2", width, true),
        Weight.matrix("fc1", "mlp.c_fc", mlp, width),
        Weight.other("fc1_bias", "mlp.c_fc.bias", mlp),
        Weight.matrix("fc2", "mlp.c_proj", width, mlp),
        Weight.other("fc2_bias", "mlp.c_proj.bias", width),
        Weight.absent("scale2"));
  }
}
