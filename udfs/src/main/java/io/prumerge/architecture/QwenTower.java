package io.prumerge.architecture;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The vision tower of Qwen2-VL and Qwen2.5-VL (transformers 4.57.1, {@code modeling_qwen2_vl.py},
 * {@code modeling_qwen2_5_vl.py}): no class token and no learned positions, but rows and columns by
 * which queries and keys turn. Qwen2.5-VL's norms have no bias, and its MLP a gate.
 *
 * @param width C, the hidden size
 * @param mlp width of the MLP
 * @param layers all of which the features need
 * @param patchSize side of a patch in pixels
 * @param channels input channels
 * @param gated whether it is Qwen2.5-VL's
 */
record QwenTower(long width, long mlp, int layers, long patchSize, long channels, boolean gated)
    implements TowerWeights {

  /** What the names of the tower's and the connector's tensors begin with. */
  static final String PREFIX = "visual.";

  /** A still picture stands in both moments of a patch. */
  private static final long MOMENTS = 2;

  @Override
  public String script() {
    return "qwen";
  }

  @Override
  public int wholeLayers() {
    return layers;
  }

  @Override
  public WeightBlock embeddings() {
    return new WeightBlock(
        "QwenEmbeddings",
        PREFIX,
        List.of(
            new Weight(
                "patches",
                "patch_embed.proj.weight",
                List.of(width, channels, MOMENTS, patchSize, patchSize),
                Weight.Use.PRODUCT,
                Weight.Need.ALWAYS)));
  }

  @Override
  public WeightBlock layer(int layer) {
    boolean plain = !gated;
    String up = gated ? "mlp.up_proj" : "mlp.fc1";
    String down = gated ? "mlp.down_proj" : "mlp.fc2";
    return new WeightBlock(
        "QwenLayer",
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

  @Override
  public Optional<WeightBlock> scores() {
    return Optional.empty();
  }

  @Override
  public Optional<WeightBlock> last() {
    return Optional.empty();
  }

  @Override
  public List<WeightBlock> blocks() {
    List<WeightBlock> blocks = new ArrayList<>();
    blocks.add(embeddings());
    for (int layer = 0; layer < layers; layer++) {
      blocks.add(layer(layer));
    }
    return blocks;
  }

  /**
   * The connector of these models: the patches of a block of 2 x 2 side by side, each behind a
   * norm, through two linear layers.
   *
   * @param in width of a block
   * @param width hidden size of the decoder
   * @param plain whether the norm is Qwen2-VL's, with a bias
   */
  record Merger(long in, long width, boolean plain) implements RowConnector {

    private static final long PATCHES = 4;

    @Override
    public String function() {
      return "project_blocks";
    }

    @Override
    public WeightBlock layers() {
      return new WeightBlock(
          "QwenMerger",
          QwenTower.PREFIX + "merger.",
          List.of(
              Weight.other("norm", "ln_q.weight", in / PATCHES),
              Weight.bias("norm_bias", "ln_q", in / PATCHES, plain),
              Weight.matrix("linear1", "mlp.0", in, in),
              Weight.other("linear1_bias", "mlp.0.bias", in),
              Weight.matrix("linear2", "mlp.2", width, in),
              Weight.other("linear2_bias", "mlp.2.bias", width)));
    }
  }
}
