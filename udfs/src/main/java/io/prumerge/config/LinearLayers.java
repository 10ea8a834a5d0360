package io.prumerge.config;

import io.prumerge.architecture.RowConnector;
import java.util.Optional;

/** Connectors of linear layers alone, each of whose rows comes from one row of the features. */
public sealed interface LinearLayers extends ConnectorConfig
    permits OneLinearLayer, TwoLinearLayers, BlockLayers {

  /** Returns the function between its two layers; empty where it has one layer. */
  Optional<Activation> between();

  @Override
  RowConnector weights(VisionConfig vision, long in, TextConfig text);
}
