package io.prumerge.architecture;

import java.util.List;

/**
 * A connector of one linear layer: that of Shikra, of LLaVA's first release, and of SmolVLM.
 *
 * @param in width of the tower's features
 * @param width hidden size of the decoder
 * @param bias whether the layer has a bias
 */
public record LinearConnector(long in, long width, boolean bias) implements RowConnector {

  /** The struct of {@link #layers}. */
  public static final WeightStruct STRUCT =
      WeightStruct.of("LinearConnector", "linear", "linear_bias?");

  /** A layer with a bias. */
  public LinearConnector(long in, long width) {
    this(in, width, true);
  }

  @Override
  public String function() {
    return "project_linear";
  }

  @Override
  public WeightBlock layers() {
    return STRUCT.block(
        PREFIX,
        List.of(
            Weight.matrix("linear", "linear", width, in),
            Weight.bias("linear_bias", "linear", width, bias)));
  }
}
