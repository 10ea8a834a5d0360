package io.prumerge.family;

import io.prumerge.architecture.PackedTower;
import io.prumerge.architecture.TowerWeights;
import io.prumerge.architecture.Weight;
import io.prumerge.architecture.WeightBlock;
import io.prumerge.architecture.WeightNeed;
import io.prumerge.architecture.WeightUse;
import java.util.List;

/**
 * The vision tower of Qwen2-VL, Qwen2.5-VL and Qwen3-VL (transformers 4.57.1, {@code
 * modeling_qwen2_vl.py}, {@code modeling_qwen2_5_vl.py}, {@code modeling_qwen3_vl.py}): no class
 * token, but rows and columns by which queries and keys turn. Qwen2.5-VL's norms have no bias, and
 * its MLP a gate. Qwen3-VL's patches have a bias and learned positions.
 *
 * @param width C, the hidden size
 * @param mlp width of the MLP
 * @param layers all of which the features need
 * @param positions rows of the table of learned positions, where there is one
 * @param patchSize side of a patch in pixels
 * @param channels input channels
 * @param kind whose it is
 */
record QwenTower(
    long width, long mlp, int layers, long positions, long patchSize, long channels, QwenKind kind)
    implements TowerWeights {

  /** What the names of the tower's and the connector's tensors begin with. */
  static final String PREFIX = "visual.";

  /** Frames of a patch; a still picture stands in both. */
  static final int MOMENTS = 2;

  @Override
  public String script() {
    return "packed_tower";
  }

  @Override
  public WeightBlock embeddings() {
    return PackedTower.EMBEDDINGS.block(
        PREFIX,
        List.of(
            new Weight(
                "patches",
                "patch_embed.proj.weight",
                List.of(width, channels, (long) MOMENTS, patchSize, patchSize),
                WeightUse.PRODUCT,
                WeightNeed.ALWAYS),
            Weight.bias("patch_bias", "patch_embed.proj", width, learned()),
            Weight.other("positions", "pos_embed.weight", positions, width).only(learned())));
  }

  private boolean learned() {
    return kind == QwenKind.QWEN3_VL;
  }

  @Override
  public WeightBlock layer(int layer) {
    boolean gated = kind == QwenKind.QWEN2_5_VL;
    boolean plain = !gated;
    String plainLayer = learned() ? "mlp.linear_fc" : "mlp.fc";
    String up = gated ? "mlp.up_proj" : plainLayer + 1;
    String down = gated ? "mlp.down_proj" : plainLayer + 2;
    return PackedTower.LAYER.block(
        PREFIX + "blocks." + layer + ".",
        List.of(
            Weight.other("norm1", "norm1.weight", width),
            Weight.bias("norm1_bias", "norm1", width, plain),
            Weight.matrix("qkv", "attn.qkv", 3 * width, width),
            Weight.other("qkv_bias", "attn.qkv.bias", 3 * width),
            Weight.matrix("out", "attn.proj", width, width),
            Weight.other("out_bias", "attn.proj.bias", width),
            Weight.other("norm2", "norm2.weight", width),
            Weight.bias("norm2_bias", "norm2", width, plain),
            Weight.matrix("fc_gate", "mlp.gate_proj", mlp, width).only(gated),
            Weight.bias("fc_gate_bias", "mlp.gate_proj", mlp, gated),
            Weight.matrix("fc1", up, mlp, width),
            Weight.other("fc1_bias", up + ".bias", mlp),
            Weight.matrix("fc2", down, width, mlp),
            Weight.other("fc2_bias", down + ".bias", width)));
  }
}
