package io.prumerge.config;

import java.util.Objects;

/**
 * An MLP.
 *
 * @param width of its middle
 * @param activation of its gate, or of its one product
 */
public record MlpConfig(int width, Activation activation) {

  public MlpConfig {
    Objects.requireNonNull(activation, "activation is null");
  }
}
