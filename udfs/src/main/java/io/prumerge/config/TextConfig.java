package io.prumerge.config;

import io.prumerge.architecture.DecoderWeights;
import io.prumerge.architecture.LlamaWeights;
import io.prumerge.architecture.OptWeights;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Dimensions of the decoder: Llama's, Mistral's, Qwen2's or OPT's.
 *
 * @param vocabSize rows of the embedding, filler rows included
 * @param hiddenSize width of every position
 * @param intermediateSize width of the MLP
 * @param layers decoder layers
 * @param heads query heads
 * @param kvHeads key and value heads; query head h uses head h / (heads / kvHeads)
 * @param headDim width of one head, which need not be hiddenSize / heads
 * @param activation of the MLP's gate, or of its one product
 * @param maxPositions {@code max_position_embeddings}: positions the model was trained for, before
 *     a rope's scaling or behind it
 * @param normEps inside the root of every norm
 * @param rope rotary embedding's type with its base; empty for OPT, whose positions are learned
 * @param attentionBias whether q, k and v have biases
 * @param outputBias whether o has one
 * @param mlpBias whether the MLP's layers have biases
 * @param slidingWindow positions that a token attends to, itself included, if not all before it
 */
public record TextConfig(
    int vocabSize,
    int hiddenSize,
    int intermediateSize,
    int layers,
    int heads,
    int kvHeads,
    int headDim,
    Activation activation,
    int maxPositions,
    double normEps,
    Optional<RopeScaling> rope,
    boolean attentionBias,
    boolean outputBias,
    boolean mlpBias,
    OptionalInt slidingWindow) {

  public TextConfig {
    Require.positive("text vocab_size", vocabSize);
    Require.positive("text hidden_size", hiddenSize);
    Require.positive("text intermediate_size", intermediateSize);
    Require.layers("text num_hidden_layers", layers);
    Require.positive("text num_attention_heads", heads);
    Require.positive("text num_key_value_heads", kvHeads);
    Require.positive("text head_dim", headDim);
    Objects.requireNonNull(activation, "activation is null");
    Require.positive("text max_position_embeddings", maxPositions);
    Require.positive("text rms_norm_eps", normEps);
    Objects.requireNonNull(rope, "rope is null");
    Objects.requireNonNull(slidingWindow, "slidingWindow is null");
    slidingWindow.ifPresent(window -> Require.positive("text sliding_window", window));
    Require.multiple("text num_attention_heads", heads, "num_key_value_heads", kvHeads);
    if (rope.isPresent() && headDim % 2 != 0) {
      throw new CheckpointException(
          "text head_dim must be even for rotary embeddings but is " + headDim);
    }
  }

  /** Positions that a prompt may have, visual tokens included. */
  public int longestPrompt() {
    // An int is enough: no prompt has more positions.
    return rope.isPresent() ? (int) rope.get().reach(maxPositions) : maxPositions;
  }

  /** Positions that prompt and answer may have, where each of them is a learned row. */
  public OptionalInt mostPositions() {
    return rope.isPresent() ? OptionalInt.empty() : OptionalInt.of(maxPositions);
  }

  /**
   * The decoder's weights.
   *
   * @param tied whether the head is the embedding
   */
  public DecoderWeights weights(boolean tied) {
    return rope.isPresent()
        ? new LlamaWeights(
            hiddenSize,
            intermediateSize,
            layers,
            (long) heads * headDim,
            (long) kvHeads * headDim,
            vocabSize,
            attentionBias,
            outputBias,
            mlpBias,
            tied)
        : new OptWeights(
            hiddenSize, intermediateSize, layers, maxPositions, vocabSize, mlpBias, tied);
  }
}
