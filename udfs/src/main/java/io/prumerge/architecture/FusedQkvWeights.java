package io.prumerge.architecture;

import java.util.List;

/**
 * A decoder with one matrix for queries, keys and values, always with a bias, and an MLP whose gate
 * is {@code w2}, in the structs of {@link LlamaWeights}: that of the first Qwen-VL, Qwen-7B's
 * (QwenLM's {@code modeling_qwen.py}).
 *
 * @param width D, the hidden size, of all queries, all keys and all values too
 * @param mlp width of the MLP
 * @param layers decoder layers
 * @param vocabulary V, rows of the embedding and of the head
 * @param biases whether all other matrices have a bias
 * @param tied whether the head is the embedding
 */
public record FusedQkvWeights(
    long width, long mlp, int layers, long vocabulary, boolean biases, boolean tied)
    implements DecoderWeights {

  private static final String PREFIX = "transformer.";
  private static final String JOINT = "attn.c_attn";
  private static final int PARTS = 3;

  @Override
  public String script() {
    return "llama";
  }

  @Override
  public String embedding() {
    return PREFIX + "wte.weight";
  }

  @Override
  public boolean rotary() {
    return true;
  }

  @Override
  public boolean gated() {
    return true;
  }

  @Override
  public WeightBlock ends() {
    return LlamaWeights.ENDS.block(
        "",
        List.of(
            Weight.other("embedding", embedding(), vocabulary, width),
            Weight.other("norm", PREFIX + "ln_f.weight", width),
            headWeight()));
  }

  @Override
  public WeightBlock layer(int layer) {
    WeightUse cached = WeightUse.CACHED_PRODUCT;
    return LlamaWeights.LAYER.block(
        PREFIX + "h." + layer + ".",
        List.of(
            Weight.other("norm1", "ln_1.weight", width),
            Weight.matrix("q", JOINT, width, width).part(0, PARTS),
            Weight.bias("q_bias", JOINT, width, true).part(0, PARTS),
            Weight.matrix("k", JOINT, cached, width, width).part(1, PARTS),
            Weight.bias("k_bias", JOINT, width, true).part(1, PARTS),
            Weight.matrix("v", JOINT, cached, width, width).part(2, PARTS),
            Weight.bias("v_bias", JOINT, width, true).part(2, PARTS),
            Weight.matrix("o", "attn.c_proj", width, width),
            Weight.bias("o_bias", "attn.c_proj", width, biases),
            Weight.other("norm2", "ln_2.weight", width),
            Weight.matrix("gate", "mlp.w2", mlp, width),
            Weight.bias("gate_bias", "mlp.w2", mlp, biases),
            Weight.matrix("up", "mlp.w1", mlp, width),
            Weight.bias("up_bias", "mlp.w1", mlp, biases),
            Weight.matrix("down", "mlp.c_proj", width, mlp),
            Weight.bias("down_bias", "mlp.c_proj", width, biases)));
  }
}
