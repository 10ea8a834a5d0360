package io.prumerge.config;

import java.util.Objects;

/**
 * The linear layers after the tower.
 *
 * @param activation between them
 * @param bias whether they have biases
 */
public record ProjectorConfig(Activation activation, boolean bias) {

  public ProjectorConfig {
    Objects.requireNonNull(activation, "activation is null");
  }
}
