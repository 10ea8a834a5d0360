package io.prumerge.config;

import io.prumerge.architecture.RowConnector;
import java.util.Optional;

/**
 * Linear layers over blocks of patches, as the tower's kind has them.
 *
 * @param between the function between two layers; empty where there is one layer
 */
public record BlockLayers(Optional<Activation> between) implements LinearLayers {

  @Override
  public RowConnector weights(VisionConfig vision, long in, TextConfig text) {
    return vision.kind().connector(in, text.hiddenSize(), vision.deeper().size());
  }
}
