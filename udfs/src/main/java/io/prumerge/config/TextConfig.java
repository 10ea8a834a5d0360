package io.prumerge.config;

import io.prumerge.architecture.DecoderWeights;
import io.prumerge.architecture.FusedQkvWeights;
import io.prumerge.architecture.LlamaBiases;
import io.prumerge.architecture.LlamaWeights;
import io.prumerge.architecture.OptWeights;
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
    MlpConfig mlp,
    int layers,
    AttentionHeads heads,
    PositionConfig positions,
    double normEps,
    LlamaBiases biases,
    DecoderKind kind) {

  /** A decoder like Llama's, or OPT's where positions are not rotated. */
  public TextConfig(
      int vocabSize,
      int hiddenSize,
      MlpConfig mlp,
      int layers,
      AttentionHeads heads,
      PositionConfig positions,
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
        positions.rope().isPresent() ? DecoderKind.LLAMA : DecoderKind.OPT);
  }

  public TextConfig {
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
    return kind == DecoderKind.LLAMA ? OptionalInt.empty() : OptionalInt.of(positions.trained());
  }

  /**
   * Returns the decoder's weights.
   *
   * @param tied whether the head is the embedding
   */
  public DecoderWeights weights(boolean tied) {
    return switch (kind) {
      case LLAMA ->
          LlamaWeights.builder()
              .width(hiddenSize)
              .mlp(mlp.width())
              .layers(layers)
              .queries((long) heads.queries() * heads.width())
              .keys((long) heads.keys() * heads.width())
              .vocabulary(vocabSize)
              .biases(biases)
              .tied(tied)
              .headNorms(heads.normed() ? heads.width() : 0)
              .build();
      case OPT ->
          new OptWeights(
              hiddenSize, mlp.width(), layers, positions.trained(), vocabSize, biases.mlp(), tied);
      case FUSED_QKV ->
          new FusedQkvWeights(hiddenSize, mlp.width(), layers, vocabSize, biases.mlp(), tied);
    };
  }
}
