package io.prumerge.family;

import io.prumerge.architecture.ClipLayer;
import io.prumerge.architecture.ClipWeights;
import io.prumerge.architecture.Resampler;
import io.prumerge.architecture.TowerWeights;
import io.prumerge.architecture.Weight;
import io.prumerge.architecture.WeightBlock;
import java.util.List;
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

  @Override
  public OptionalInt storedSide() {
    return OptionalInt.of(STORED_SIDE);
  }

  @Override
  public WeightBlock embeddings() {
    return ClipWeights.EMBEDDINGS.block(
        Resampler.PREFIX,
        List.of(
            TowerWeights.patches("conv1", width, channels, patchSize),
            Weight.other(
                "positions", "positional_embedding", (long) STORED_SIDE * STORED_SIDE, width),
            Weight.other("norm", "ln_pre.weight", width),
            Weight.other("norm_bias", "ln_pre.bias", width)));
  }

  @Override
  public WeightBlock layer(int layer) {
    return new ClipLayer(width, mlp)
        .norms("ln_1", "ln_2", true)
        .fusedQkv("attn.in_proj", heads, true)
        .output("attn.out_proj")
        .mlp("mlp.c_fc", "mlp.c_proj")
        .block(Resampler.PREFIX + "transformer.resblocks." + layer + ".");
  }
}
