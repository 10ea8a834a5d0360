package io.prumerge.architecture;

import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * The Llama decoder (transformers {@code modeling_llama.py}), and those that differ from it in
 * their biases only, Mistral's and Qwen2's, or in norms of each head's queries and keys too, that
 * of Qwen3-VL.
 *
 * @param width D, the hidden size
 * @param mlp width of the MLP
 * @param layers decoder layers
 * @param queries width of all query heads together
 * @param keys width of all keys, and of all values
 * @param vocabulary V, rows of the embedding and of the head
 * @param biases which layers have them
 * @param tied whether the head is the embedding
 * @param headNorms width of the norms of each head's queries and keys, Qwen3's; 0 without
 * @param moreVocabulary rows of the vocabulary in tensors of their own, as IDEFICS has them
 * @param cross the blocks between its layers that attend to images, as IDEFICS has them
 */
public record LlamaWeights(
    long width,
    long mlp,
    int layers,
    long queries,
    long keys,
    long vocabulary,
    LlamaBiases biases,
    boolean tied,
    long headNorms,
    long moreVocabulary,
    Optional<CrossBlocks> cross)
    implements DecoderWeights {

  /** The struct of {@link #ends}. */
  public static final WeightStruct ENDS =
      WeightStruct.of("LlamaEnds", "embedding", "more_embedding?", "norm", "head", "more_head?");

  /** The struct of {@link #layer}. */
  public static final WeightStruct LAYER =
      WeightStruct.of(
          "LlamaLayer",
          "norm1",
          "q",
          "q_bias?",
          "q_norm?",
          "k",
          "k_bias?",
          "k_norm?",
          "v",
          "v_bias?",
          "o",
          "o_bias?",
          "norm2",
          "gate",
          "gate_bias?",
          "up",
          "up_bias?",
          "down",
          "down_bias?");

  private static final String MORE_EMBEDDING = PREFIX + "embed_tokens.additional_embedding.weight";
  private static final String MORE_HEAD = "language_model.lm_head.additional_fc.weight";

  public LlamaWeights {
    Objects.requireNonNull(cross, "cross is null");
  }

  /** A decoder that attends to its sequence alone. */
  public LlamaWeights(
      long width,
      long mlp,
      int layers,
      long queries,
      long keys,
      long vocabulary,
      LlamaBiases biases,
      boolean tied,
      long headNorms) {
    this(
        width,
        mlp,
        layers,
        queries,
        keys,
        vocabulary,
        biases,
        tied,
        headNorms,
        0,
        Optional.empty());
  }

  /**
   * Adds cross-attention blocks and added words to this decoder, as IDEFICS has them; parameters as
   * the record's.
   */
  public LlamaWeights with(long words, CrossBlocks images) {
    return new LlamaWeights(
        width,
        mlp,
        layers,
        queries,
        keys,
        vocabulary,
        biases,
        tied,
        headNorms,
        words,
        Optional.of(images));
  }

  /** A decoder whose o has a bias if q, k and v have, as Llama's. */
  public LlamaWeights(
      long width,
      long mlp,
      int layers,
      long queries,
      long keys,
      long vocabulary,
      boolean attentionBias,
      boolean mlpBias,
      boolean tied) {
    this(
        width,
        mlp,
        layers,
        queries,
        keys,
        vocabulary,
        new LlamaBiases(attentionBias, attentionBias, mlpBias),
        tied,
        0);
  }

  @Override
  public String script() {
    return "llama";
  }

  @Override
  public String embedding() {
    return PREFIX + "embed_tokens.weight";
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
    return ENDS.block(
        "",
        List.of(
            Weight.other("embedding", embedding(), vocabulary - moreVocabulary, width),
            more("more_embedding", MORE_EMBEDDING, WeightUse.OTHER),
            Weight.other("norm", PREFIX + "norm.weight", width),
            headWeight(),
            more("more_head", tied ? MORE_EMBEDDING : MORE_HEAD, WeightUse.PRODUCT)));
  }

  private Weight more(String field, String tensor, WeightUse use) {
    List<Long> shape = List.of(moreVocabulary, width);
    return new Weight(field, tensor, shape, use, WeightNeed.ALWAYS).only(moreVocabulary > 0);
  }

  @Override
  public WeightBlock layer(int layer) {
    return LAYER.block(
        PREFIX + "layers." + layer + ".",
        List.of(
            Weight.other("norm1", "input_layernorm.weight", width),
            Weight.matrix("q", "self_attn.q_proj", queries, width),
            Weight.bias("q_bias", "self_attn.q_proj", queries, biases.attention()),
            Weight.other("q_norm", "self_attn.q_norm.weight", headNorms).only(headNorms > 0),
            Weight.matrix("k", "self_attn.k_proj", WeightUse.CACHED_PRODUCT, keys, width),
            Weight.bias("k_bias", "self_attn.k_proj", keys, biases.attention()),
            Weight.other("k_norm", "self_attn.k_norm.weight", headNorms).only(headNorms > 0),
            Weight.matrix("v", "self_attn.v_proj", WeightUse.CACHED_PRODUCT, keys, width),
            Weight.bias("v_bias", "self_attn.v_proj", keys, biases.attention()),
            Weight.matrix("o", "self_attn.o_proj", width, queries),
            Weight.bias("o_bias", "self_attn.o_proj", width, biases.output()),
            Weight.other("norm2", "post_attention_layernorm.weight", width),
            Weight.matrix("gate", "mlp.gate_proj", mlp, width),
            Weight.bias("gate_bias", "mlp.gate_proj", mlp, biases.mlp()),
            Weight.matrix("up", "mlp.up_proj", mlp, width),
            Weight.bias("up_bias", "mlp.up_proj", mlp, biases.mlp()),
            Weight.matrix("down", "mlp.down_proj", width, mlp),
            Weight.bias("down_bias", "mlp.down_proj", width, biases.mlp())));
  }
}
