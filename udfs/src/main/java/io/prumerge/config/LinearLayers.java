package io.prumerge.config;

import io.prumerge.architecture.Connector;
import io.prumerge.architecture.LinearConnector;
import io.prumerge.architecture.MlpConnector;

/** Connectors of linear layers alone, each of whose rows comes from one row of the features. */
public enum LinearLayers implements ConnectorConfig {
  /** One, as of LLaVA's first release. */
  ONE {
    @Override
    public Connector weights(VisionConfig vision, long in, TextConfig text, boolean biases) {
      return new LinearConnector(in, text.hiddenSize());
    }
  },
  /** Two with an activation between them, as of LLaVA-1.5. */
  TWO {
    @Override
    public Connector weights(VisionConfig vision, long in, TextConfig text, boolean biases) {
      return new MlpConnector(in, text.hiddenSize(), biases);
    }
  },
  /** Two over blocks of patches, after a norm, as the tower's kind has them. */
  OF_BLOCKS {
    @Override
    public Connector weights(VisionConfig vision, long in, TextConfig text, boolean biases) {
      return vision.kind().connector(in, text.hiddenSize(), vision.deeper().size());
    }
  }
}
