package io.prumerge.architecture;

import java.util.List;

/**
 * The OPT decoder (transformers {@code modeling_opt.py}) with a norm before each half of a layer:
 * all sizes but 350m.
 *
 * @param width D, the hidden size
 * @param mlp width of the MLP
 * @param layers decoder layers
 * @param positions that the model has learned
 * @param vocabulary V, rows of the embedding and of the head
 * @param biases whether the linear layers have biases
 * @param tied whether the head is the embedding
 */
public record OptWeights(
    long width, long mlp, int layers, long positions, long vocabulary, boolean biases, boolean tied)
    implements DecoderWeights {

  /** The struct of {@link #ends}. */
  public static final WeightStruct ENDS =
      WeightStruct.of("OptEnds", "embedding", "positions", "norm", "norm_bias", "head");

  /** The struct of {@link #layer}. */
  public static final WeightStruct LAYER =
      WeightStruct.of(
          "OptLayer",
          "norm1",
          "norm1_bias",
          "q",
          "q_bias?",
          "k",
          "k_bias?",
          "v",
          "v_bias?",
          "o",
          "o_bias?",
          "norm2",
          "norm2_bias",
          "fc1",
          "fc1_bias?",
          "fc2",
          "fc2_bias?");

  /** Rows before that of the first position. Nothing reads them: padding was meant to. */
  public static final int OFFSET = 2;

  private static final String DECODER = PREFIX + "decoder.";

  @Override
  public String script() {
    return "opt";
  }

  @Override
  public String embedding() {
    return DECODER + "embed_tokens.weight";
  }

  @Override
  public boolean rotary() {
    return false;
  }

  @Override
  public boolean gated() {
    return false;
  }

  @Override
  public WeightBlock ends() {
    return ENDS.block(
        "",
        List.of(
            Weight.other("embedding", embedding(), vocabulary, width),
            Weight.other(
                "positions", DECODER + "embed_positions.weight", positions + OFFSET, width),
            Weight.other("norm", DECODER + "final_layer_norm.weight", width),
            Weight.other("norm_bias", DECODER + "final_layer_norm.bias", width),
            headWeight()));
  }

  @Override
  public WeightBlock layer(int layer) {
    return LAYER.block(
        DECODER + "layers." + layer + ".",
        List.of(
            Weight.other("norm1", "self_attn_layer_norm.weight", width),
            Weight.other("norm1_bias", "self_attn_layer_norm.bias", width),
            Weight.matrix("q", "self_attn.q_proj", width, width),
            Weight.bias("q_bias", "self_attn.q_proj", width, biases),
            Weight.matrix("k", "self_attn.k_proj", WeightUse.CACHED_PRODUCT, width, width),
            Weight.bias("k_bias", "self_attn.k_proj", width, biases),
            Weight.matrix("v", "self_attn.v_proj", WeightUse.CACHED_PRODUCT, width, width),
            Weight.bias("v_bias", "self_attn.v_proj", width, biases),
            Weight.matrix("o", "self_attn.out_proj", width, width),
            Weight.bias("o_bias", "self_attn.out_proj", width, biases),
            Weight.other("norm2", "final_layer_norm.weight", width),
            Weight.other("norm2_bias", "final_layer_norm.bias", width),
            Weight.matrix("fc1", "fc1", mlp, width),
            Weight.bias("fc1_bias", "fc1", mlp, biases),
            Weight.matrix("fc2", "fc2", width, mlp),
            Weight.bias("fc2_bias", "fc2", width, biases)));
  }
}
