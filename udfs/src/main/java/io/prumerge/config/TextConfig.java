package io.prumerge.config;

import io.prumerge.architecture.DecoderWeights;
import io.prumerge.architecture.LlamaBiases;
import io.prumerge.architecture.LlamaWeights;
import io.prumerge.architecture.OptWeights;
import io.prumerge.architecture.QwenWeights;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Dimensions of the decoder: Llama's, Mistral's, Qwen2's, that of Qwen3-VL, OPT's or the first
 * Qwen's.
 *
 * @param vocabSize rows of the embedding, filler rows included
 * @param hiddenSize width of every position
 * @param mlp of each layer
 * @param layers decoder layers
 * @param heads of each layer's attention
 * @param positions of a sequence
 * @param normEps inside the root of every norm
 * @param biases which layers have them
 * @param kind whose tensors it has
 */
public record TextConfig(
    int vocabSize,
    int hiddenSize,
    Mlp mlp,
    int layers,
    Heads heads,
    Positions positions,
    double normEps,
    LlamaBiases biases,
    Kind kind) {

  /** The decoders that differ in their tensors. */
  public enum Kind {
    /** Llama's, Mistral's and Qwen2's. */
    LLAMA,
    OPT,
    /** The first Qwen's. */
    QWEN
  }

  /**
   * An MLP.
   *
   * @param width of its middle
   * @param activation of its gate, or of its one product
   */
  public record Mlp(int width, Activation activation) {

    public Mlp {
      Objects.requireNonNull(activation, "activation is null");
    }
  }

  /**
   * Heads of attention.
   *
   * @param queries query heads
   * @param keys key and value heads; query head h uses head h / (queries / keys)
   * @param width of one head, which need not be hiddenSize / queries
   * @param normed whether queries and keys of each have a norm, as Qwen3's
   */
  public record Heads(int queries, int keys, int width, boolean normed) {

    /** Heads without norms. */
    public Heads(int queries, int keys, int width) {
      this(queries, keys, width, false);
    }
  }

  /**
   * Positions of a sequence.
   *
   * @param trained {@code max_position_embeddings}: positions the model was trained for, before a
   *     rope's scaling or after it
   * @param rope rotary embedding's type with its base; empty for OPT, whose positions are learned
   * @param window positions that a token attends to, itself included, if not all before it
   */
  public record Positions(int trained, Optional<RopeScaling> rope, OptionalInt window) {

    public Positions {
      Objects.requireNonNull(rope, "rope is null");
      Objects.requireNonNull(window, "window is null");
    }
  }

  /** A decoder like Llama's, or OPT's where positions are not rotated. */
  public TextConfig(
      int vocabSize,
      int hiddenSize,
      Mlp mlp,
      int layers,
      Heads heads,
      Positions positions,
      double normEps,
      LlamaBiases biases) {
    this(
        vocabSize,
        hiddenSize,
        mlp,
        layers,
        heads,
        positions,
        normEps,
        biases,
        positions.rope().isPresent() ? Kind.LLAMA : Kind.OPT);
  }

  public TextConfig {
    Objects.requireNonNull(kind, "kind is null");
    Require.positive("text vocab_size", vocabSize);
    Require.positive("text hidden_size", hiddenSize);
    Require.positive("text intermediate_size", mlp.width());
    Require.layers("text num_hidden_layers", layers);
    Require.positive("text num_attention_heads", heads.queries());
    Require.positive("text num_key_value_heads", heads.keys());
    Require.positive("text head_dim", heads.width());
    Require.positive("text max_position_embeddings", positions.trained());
    Require.positive("text rms_norm_eps", normEps);
    positions.window().ifPresent(window -> Require.positive("text sliding_window", window));
    Require.multiple(
        "text num_attention_heads", heads.queries(), "num_key_value_heads", heads.keys());
    if (positions.rope().isPresent() && heads.width() % 2 != 0) {
      throw new CheckpointException(
          "text head_dim must be even for rotary embeddings but is " + heads.width());
    }
    if (positions.rope().orElse(null) instanceof RopeScaling.Multimodal parts
        && parts.pairs() != heads.width() / 2) {
      throw new CheckpointException(
          "rope_scaling mrope_section "
              + parts.sections()
              + " must have as many pairs as a head of "
              + heads.width());
    }
  }

  /** Returns whether a position has three parts, as {@link RopeScaling.Multimodal} has them. */
  public boolean threePartPositions() {
    return positions.rope().orElse(null) instanceof RopeScaling.Multimodal;
  }

  /** Returns the positions that a prompt may have, visual tokens included. */
  public int longestPrompt() {
    // An int is enough: no prompt has more positions.
    return positions
        .rope()
        .map(rope -> (int) rope.reach(positions.trained()))
        .orElse(positions.trained());
  }

  /**
   * Returns the positions that prompt and answer may have together, where that is bounded: OPT has
   * a learned row for each; after those that the first Qwen was trained for, its queries have other
   * scales and its rotation another base ({@code modeling_qwen.py}, {@code use_logn_attn} and
   * {@code use_dynamic_ntk}), which are not implemented.
   */
  public OptionalInt mostPositions() {
    return kind == Kind.LLAMA ? OptionalInt.empty() : OptionalInt.of(positions.trained());
  }

  /**
   * Returns the decoder's weights.
   *
   * @param tied whether the head is the embedding
   */
  public DecoderWeights weights(boolean tied) {
    return switch (kind) {
      case LLAMA ->
          new LlamaWeights(
              hiddenSize,
              mlp.width(),
              layers,
              (long) heads.queries() * heads.width(),
              (long) heads.keys() * heads.width(),
              vocabSize,
              biases,
              tied,
              heads.normed() ? heads.width() : 0);
      case OPT ->
          new OptWeights(
              hiddenSize, mlp.width(), layers, positions.trained(), vocabSize, biases.mlp(), tied);
      case QWEN -> new QwenWeights(hiddenSize, mlp.width(), layers, vocabSize, biases.mlp(), tied);
    };
  }
}
