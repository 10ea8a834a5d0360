package io.prumerge.architecture;

import java.util.ArrayList;
import java.util.List;

/**
 * The Llama decoder (transformers {@code modeling_llama.py}).
 *
 * @param width D, the hidden size
 * @param mlp width of the MLP
 * @param layers decoder layers
 * @param queries width of all query heads together
 * @param keys width of all keys, and of all values
 * @param vocabulary V, rows of the embedding and of the head
 * @param attentionBias whether q, k, v and o have biases
 * @param mlpBias whether gate, up and down have biases
 * @param tied whether the head is the embedding
 */
public record LlamaWeights(
    long width,
    long mlp,
    int layers,
    long queries,
    long keys,
    long vocabulary,
    boolean attentionBias,
    boolean mlpBias,
    boolean tied)
    implements PartWeights {

  /** What the names of the decoder's tensors begin with, the head's excepted. */
  public static final String PREFIX = "language_model.model.";

  public static final String EMBEDDING = PREFIX + "embed_tokens.weight";
  public static final String HEAD = "language_model.lm_head.weight";

  /** Embedding, final norm and head. */
  public WeightBlock ends() {
    return new WeightBlock(
        "LlamaEnds",
        "",
        List.of(
            Weight.other("embedding", EMBEDDING, vocabulary, width),
            Weight.other("norm", PREFIX + "norm.weight", width),
            new Weight(
                "head",
                tied ? EMBEDDING : HEAD,
                List.of(vocabulary, width),
                Weight.Use.PRODUCT,
                Weight.Need.ALWAYS)));
  }

  /** One decoder layer. */
  public WeightBlock layer(int layer) {
    return new WeightBlock(
        "LlamaLayer",
        PREFIX + "layers." + layer + ".",
        List.of(
            Weight.other("norm1", "input_layernorm.weight", width),
            Weight.matrix("q", "self_attn.q_proj", queries, width),
            Weight.bias("q_bias", "self_attn.q_proj", queries, attentionBias),
            Weight.matrix("k", "self_attn.k_proj", Weight.Use.CACHED_PRODUCT, keys, width),
            Weight.bias("k_bias", "self_attn.k_proj", keys, attentionBias),
            Weight.matrix("v", "self_attn.v_proj", Weight.Use.CACHED_PRODUCT, keys, width),
            Weight.bias("v_bias", "self_attn.v_proj", keys, attentionBias),
            Weight.matrix("o", "self_attn.o_proj", width, queries),
            Weight.bias("o_bias", "self_attn.o_proj", width, attentionBias),
            Weight.other("norm2", "post_attention_layernorm.weight", width),
            Weight.matrix("gate", "mlp.gate_proj", mlp, width),
            Weight.bias("gate_bias", "mlp.gate_proj", mlp, mlpBias),
            Weight.matrix("up", "mlp.up_proj", mlp, width),
            Weight.bias("up_bias", "mlp.up_proj", mlp, mlpBias),
            Weight.matrix("down", "mlp.down_proj", width, mlp),
            Weight.bias("down_bias", "mlp.down_proj", width, mlpBias)));
  }

  @Override
  public List<WeightBlock> blocks() {
    List<WeightBlock> blocks = new ArrayList<>();
    blocks.add(ends());
    for (int layer = 0; layer < layers; layer++) {
      blocks.add(layer(layer));
    }
    return blocks;
  }
}
