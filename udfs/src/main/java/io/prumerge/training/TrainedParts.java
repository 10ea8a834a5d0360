package io.prumerge.training;

import io.prumerge.architecture.Connector;
import io.prumerge.architecture.DecoderWeights;
import io.prumerge.architecture.LlamaWeights;
import io.prumerge.architecture.RowConnector;
import io.prumerge.config.LlavaConfig;

/** The parts of a model that a training reaches. */
record TrainedParts(RowConnector connector, LlamaWeights decoder) {

  /**
   * @throws IllegalArgumentException in one line, if there is no training for such parts
   */
  static TrainedParts of(LlavaConfig config) {
    Connector connector = config.connector();
    DecoderWeights decoder = config.decoder();
    if (connector instanceof RowConnector rows && decoder instanceof LlamaWeights llama) {
      return new TrainedParts(rows, llama);
    }
    throw new IllegalArgumentException(
        "Cannot train a model with a Q-Former or another decoder than Llama; use a checkpoint of"
            + " LLaVA-1.5");
  }
}
