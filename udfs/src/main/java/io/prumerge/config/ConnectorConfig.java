package io.prumerge.config;

import io.prumerge.architecture.Connector;

/** Dimensions of a connector, as far as tower and decoder do not say them. */
public interface ConnectorConfig {

  /**
   * Returns its weights.
   *
   * @param vision the tower
   * @param in width of the tower's features
   * @param text the decoder
   */
  Connector weights(VisionConfig vision, long in, TextConfig text);
}
