package io.prumerge.architecture;

import java.util.List;

/**
 * LLaVA's connector of two linear layers.
 *
 * @param in width of the tower's features
 * @param width hidden size of the decoder
 * @param biases whether both layers have biases
 */
public record ConnectorWeights(long in, long width, boolean biases) implements PartWeights {

  /** What the names of all of the connector's tensors begin with. */
  public static final String PREFIX = "multi_modal_projector.";

  /** Both layers. */
  public WeightBlock layers() {
    return new WeightBlock(
        "Connector",
        PREFIX,
        List.of(
            Weight.matrix("linear1", "linear_1", width, in),
            Weight.bias("linear1_bias", "linear_1", width, biases),
            Weight.matrix("linear2", "linear_2", width, width),
            Weight.bias("linear2_bias", "linear_2", width, biases)));
  }

  @Override
  public List<WeightBlock> blocks() {
    return List.of(layers());
  }
}
