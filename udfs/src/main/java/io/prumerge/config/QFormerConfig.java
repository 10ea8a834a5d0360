package io.prumerge.config;

import io.prumerge.architecture.QFormer;
import io.prumerge.architecture.QFormerQueries;
import io.prumerge.architecture.QFormerWords;

/**
 * Dimensions of a Q-Former, with every default of transformers 4.57.1's InstructBlipQFormerConfig
 * and Blip2QFormerConfig resolved.
 *
 * @param queries its rows of an image
 * @param encoder its layers; its width is the rows'
 * @param frequency of the layers in which the queries attend to the features
 * @param words the vocabulary of the questions that it reads
 */
public record QFormerConfig(int queries, Encoder encoder, int frequency, QFormerWords words)
    implements QueryConfig {

  public QFormerConfig {
    Require.positive("num_query_tokens", queries);
    encoder.require("qformer");
    Require.positive("qformer cross_attention_frequency", frequency);
  }

  @Override
  public QFormer weights(long in, TextConfig text) {
    return new QFormer(
        in,
        text.hiddenSize(),
        encoder.hiddenSize(),
        encoder.intermediateSize(),
        encoder.layers(),
        encoder.heads(),
        new QFormerQueries(queries, frequency),
        words);
  }
}
