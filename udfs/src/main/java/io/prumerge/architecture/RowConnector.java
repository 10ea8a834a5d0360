package io.prumerge.architecture;

import java.util.List;
import java.util.stream.Stream;

/** A connector each of whose rows comes from one row of the features. */
public non-sealed interface RowConnector extends Connector {

  /** What the names of all of its tensors begin with. */
  String PREFIX = "multi_modal_projector.";

  /**
   * Returns the TorchScript function that takes rows, {@link #layers}' struct and an activation.
   */
  String function();

  /** Returns all of its weights. */
  WeightBlock layers();

  /**
   * Returns the weights, in the same struct, for each further level of the features: rows of the
   * tower's earlier layers that stand after the others, and are added after the decoder's first
   * layers (DeepStack, arXiv 2406.04334).
   */
  default List<WeightBlock> levels() {
    return List.of();
  }

  @Override
  default boolean readsText() {
    return false;
  }

  @Override
  default List<WeightBlock> blocks() {
    return Stream.concat(Stream.of(layers()), levels().stream()).toList();
  }

  /**
   * A connector of one linear layer: that of Shikra, and of LLaVA's first release.
   *
   * @param in width of the tower's features
   * @param width hidden size of the decoder
   */
  record LinearConnector(long in, long width) implements RowConnector {

    @Override
    public String function() {
      return "project_linear";
    }

    @Override
    public WeightBlock layers() {
      return new WeightBlock(
          "LinearConnector",
          PREFIX,
          List.of(
              Weight.matrix("linear", "linear", width, in),
              Weight.other("linear_bias", "linear.bias", width)));
    }
  }

  /**
   * LLaVA's connector of two linear layers with an activation between them.
   *
   * @param in width of the tower's features
   * @param width hidden size of the decoder
   * @param biases whether both layers have biases
   */
  record MlpConnector(long in, long width, boolean biases) implements RowConnector {

    @Override
    public String function() {
      return "project";
    }

    @Override
    public WeightBlock layers() {
      return new WeightBlock(
          "MlpConnector",
          PREFIX,
          List.of(
              Weight.matrix("linear1", "linear_1", width, in),
              Weight.bias("linear1_bias", "linear_1", width, biases),
              Weight.matrix("linear2", "linear_2", width, width),
              Weight.bias("linear2_bias", "linear_2", width, biases)));
    }
  }
}
