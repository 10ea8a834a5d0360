package io.prumerge.family;

import io.prumerge.architecture.MlpConnector;
import io.prumerge.architecture.RowConnector;
import io.prumerge.architecture.Weight;
import io.prumerge.architecture.WeightBlock;
import java.util.List;

/**
 * The connector of InternVL: after pixel shuffle, the concatenated patches of each block of 2 x 2,
 * normed together, through two linear layers.
 *
 * @param in width of a block
 * @param width hidden size of the decoder
 */
record InternConnector(long in, long width) implements RowConnector {

  @Override
  public String function() {
    return "project_normed";
  }

  @Override
  public WeightBlock layers() {
    return MlpConnector.NORMED.block(
        RowConnector.PREFIX,
        List.of(
            Weight.other("norm", "layer_norm.weight", in),
            Weight.other("norm_bias", "layer_norm.bias", in),
            Weight.matrix("linear1", "linear_1", width, in),
            Weight.other("linear1_bias", "linear_1.bias", width),
            Weight.matrix("linear2", "linear_2", width, width),
            Weight.other("linear2_bias", "linear_2.bias", width)));
  }
}
