package io.prumerge.config;

import io.prumerge.architecture.MlpConnector;
import java.util.Optional;

/**
 * Two linear layers, as of LLaVA-1.5.
 *
 * @param activation between them
 * @param biases whether both have biases
 */
public record TwoLinearLayers(Activation activation, boolean biases) implements LinearLayers {

  @Override
  public Optional<Activation> between() {
    return Optional.of(activation);
  }

  @Override
  public MlpConnector weights(VisionConfig vision, long in, TextConfig text) {
    return new MlpConnector(in, text.hiddenSize(), biases);
  }
}
