package io.prumerge.architecture;

import io.prumerge.lang.Text;
import java.util.List;
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

  /**
   * Begins a decoder that attends to its sequence alone, without biases and norms of heads, whose
   * head has a tensor of its own. The caller sets all dimensions.
   */
  public static Builder builder() {
    return new Builder();
  }

  /** Sets a decoder's dimensions, and in what it differs from Llama's. */
  public static final class Builder {

    private static final int UNSET = -1;

    private long width = UNSET;
    private long mlp = UNSET;
    private int layers = UNSET;
    private long queries = UNSET;
    private long keys = UNSET;
    private long vocabulary = UNSET;
    private LlamaBiases biases = new LlamaBiases(false, false, false);
    private boolean tied;
    private long headNorms;
    private long moreVocabulary;
    private Optional<CrossBlocks> cross = Optional.empty();

    private Builder() {}

    private Builder(LlamaWeights other) {
      width = other.width;
      mlp = other.mlp;
      layers = other.layers;
      queries = other.queries;
      keys = other.keys;
      vocabulary = other.vocabulary;
      biases = other.biases;
      tied = other.tied;
      headNorms = other.headNorms;
      moreVocabulary = other.moreVocabulary;
      cross = other.cross;
    }

    /** Sets D, the hidden size; required. */
    public Builder width(long width) {
      this.width = width;
      return this;
    }

    /** Sets the width of the MLP; required. */
    public Builder mlp(long mlp) {
      this.mlp = mlp;
      return this;
    }

    /** Sets the number of decoder layers; required. */
    public Builder layers(int layers) {
      this.layers = layers;
      return this;
    }

    /** Sets the width of all query heads together; required. */
    public Builder queries(long queries) {
      this.queries = queries;
      return this;
    }

    /** Sets the width of all keys, and of all values; required. */
    public Builder keys(long keys) {
      this.keys = keys;
      return this;
    }

    /** Sets the rows of the embedding and of the head; required. */
    public Builder vocabulary(long vocabulary) {
      this.vocabulary = vocabulary;
      return this;
    }

    /** Sets which layers have biases. */
    public Builder biases(LlamaBiases biases) {
      this.biases = biases;
      return this;
    }

    /** Sets whether the head is the embedding. */
    public Builder tied(boolean tied) {
      this.tied = tied;
      return this;
    }

    /** Sets the width of the norms of each head's queries and keys; 0: none. */
    public Builder headNorms(long headNorms) {
      this.headNorms = headNorms;
      return this;
    }

    /**
     * Returns the decoder's weights.
     *
     * @throws IllegalStateException if a dimension was not set
     */
    public LlamaWeights build() {
      requireSet("width", width);
      requireSet("mlp", mlp);
      requireSet("layers", layers);
      requireSet("queries", queries);
      requireSet("keys", keys);
      requireSet("vocabulary", vocabulary);
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
          moreVocabulary,
          cross);
    }

    private static void requireSet(String dimension, long value) {
      if (value == UNSET) {
        throw new IllegalStateException(
            Text.format("Cannot describe a decoder without its %s: set it first", dimension));
      }
    }
  }

  /**
   * Adds cross-attention blocks and added words to this decoder, as IDEFICS has them; parameters as
   * the record's.
   */
  public LlamaWeights with(long words, CrossBlocks images) {
    Builder more = new Builder(this);
    more.moreVocabulary = words;
    more.cross = Optional.of(images);
    return more.build();
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
