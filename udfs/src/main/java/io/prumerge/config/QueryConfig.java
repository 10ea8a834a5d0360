package io.prumerge.config;

import io.prumerge.architecture.QFormerWords;
import io.prumerge.architecture.QueryConnector;
import io.prumerge.architecture.Resampler;

/** Dimensions of a connector that has queries of its own. */
public sealed interface QueryConfig extends ConnectorConfig
    permits QFormerConfig, CrossConfig, QueryConfig.ResamplerConfig {

  /** Returns its rows of an image. */
  int queries();

  /** Returns the vocabulary of the questions that it reads. */
  QFormerWords words();

  /**
   * Returns its weights.
   *
   * @param in width of the tower's features
   * @param text the decoder
   */
  QueryConnector weights(long in, TextConfig text);

  @Override
  default QueryConnector weights(VisionConfig vision, long in, TextConfig text) {
    return weights(in, text);
  }

  /**
   * Dimensions of the first Qwen-VL's.
   *
   * @param queries its rows of an image, a square
   * @param heads of its attention
   */
  record ResamplerConfig(int queries, int heads) implements QueryConfig {

    @Override
    public QFormerWords words() {
      return QFormerWords.NONE;
    }

    @Override
    public Resampler weights(long in, TextConfig text) {
      return new Resampler(in, text.hiddenSize(), heads, queries);
    }
  }
}
