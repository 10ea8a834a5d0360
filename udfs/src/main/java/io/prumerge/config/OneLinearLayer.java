package io.prumerge.config;

import io.prumerge.architecture.LinearConnector;
import java.util.Optional;

/** One linear layer with a bias, as of LLaVA's first release. */
public record OneLinearLayer() implements LinearLayers {

  @Override
  public Optional<Activation> between() {
    return Optional.empty();
  }

  @Override
  public LinearConnector weights(VisionConfig vision, long in, TextConfig text) {
    return new LinearConnector(in, text.hiddenSize());
  }
}
