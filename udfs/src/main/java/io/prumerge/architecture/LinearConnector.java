package io.prumerge.architecture;

import java.util.List;

/**
 * A connector of one linear layer: that of Shikra, and of LLaVA's first release.
 *
 * @param in width of the tower's features
 * @param width hidden size of the decoder
 */
public record LinearConnector(long in, long width) implements RowConnector {

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
