package io.prumerge.training;

import io.prumerge.architecture.LlamaWeights;
import io.prumerge.architecture.RowConnector;
import io.prumerge.architecture.SingleViewLayout;
import io.prumerge.config.LlavaConfig;

/** The parts of a model that a training reaches. */
record TrainedParts(RowConnector connector, LlamaWeights decoder) {

  /**
   * @throws IllegalArgumentException in one line, if there are no gradients for such parts
   */
  static TrainedParts of(LlavaConfig config) {
    boolean oneSize = config.layout() instanceof SingleViewLayout;
    if (oneSize
        && config.connector() instanceof RowConnector rows
        && config.decoder() instanceof LlamaWeights llama) {
      return new TrainedParts(rows, llama);
    }
    throw new IllegalArgumentException(
        "Cannot train a model of the family "
            + config.family().name()
            + ": there are gradients only for a model that sees an image in one view of one"
            + " size, through linear layers, with a decoder like Llama's; use a checkpoint of"
            + " LLaVA-1.5");
  }
}
