package io.prumerge.architecture;

import java.util.List;

/**
 * LLaVA's connector of two linear layers with an activation between them.
 *
 * @param in width of the tower's features
 * @param width hidden size of the decoder
 * @param biases whether both layers have biases
 */
public record MlpConnector(long in, long width, boolean biases) implements RowConnector {

  /** The struct of {@link #layers}. */
  public static final WeightStruct STRUCT =
      WeightStruct.of("MlpConnector", "linear1", "linear1_bias?", "linear2", "linear2_bias?");

  /** The struct of a connector of two linear layers with a norm before them. */
  public static final WeightStruct NORMED =
      WeightStruct.of(
          "NormedMlpConnector",
          "norm",
          "norm_bias?",
          "linear1",
          "linear1_bias",
          "linear2",
          "linear2_bias");

  @Override
  public String function() {
    return "project";
  }

  @Override
  public WeightBlock layers() {
    return STRUCT.block(
        PREFIX,
        List.of(
            Weight.matrix("linear1", "linear_1", width, in),
            Weight.bias("linear1_bias", "linear_1", width, biases),
            Weight.matrix("linear2", "linear_2", width, width),
            Weight.bias("linear2_bias", "linear_2", width, biases)));
  }
}
