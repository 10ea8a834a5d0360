package io.prumerge.config;

import io.prumerge.architecture.QFormer;
import java.util.Objects;

/**
 * Dimensions of a Q-Former, with every default of transformers 4.57.1's InstructBlipQFormerConfig
 * and Blip2QFormerConfig resolved.
 *
 * @param queries its rows of an image
 * @param encoder its layers; its width is the rows'
 * @param frequency of the layers in which the queries attend to the features
 * @param words the vocabulary of the questions that it reads
 */
public record QFormerConfig(int queries, Encoder encoder, int frequency, QFormer.Words words)
    implements QueryConfig {

  private static final String CONFIG = "qformer_config";
  private static final String POSITIONS = "position_embedding_type";

  public QFormerConfig {
    Require.positive("num_query_tokens", queries);
    encoder.require("qformer");
    Require.positive("qformer cross_attention_frequency", frequency);
    Objects.requireNonNull(words, "words is null");
  }

  /**
   * Reads the settings of a model.
   *
   * @param readsText whether it reads questions
   */
  static QFormerConfig read(Settings root, boolean readsText) {
    Settings own = root.object(CONFIG).orElseGet(() -> Settings.none(root.file() + ": " + CONFIG));
    if (!own.text(POSITIONS, "absolute").equals("absolute")) {
      throw own.error(
          POSITIONS, "'" + own.text(POSITIONS, "") + "' is not supported; known: absolute");
    }
    return new QFormerConfig(
        root.integer("num_query_tokens", 32),
        new Encoder(768, 3072, 12, 12, Activation.GELU, 1e-12).stated(own),
        own.integer("cross_attention_frequency", 2),
        readsText ? words(own) : QFormer.Words.NONE);
  }

  private static QFormer.Words words(Settings own) {
    int vocabulary = own.integer("vocab_size", 30522);
    int positions = own.integer("max_position_embeddings", 512);
    Require.positive("qformer vocab_size", vocabulary);
    Require.positive("qformer max_position_embeddings", positions);
    return new QFormer.Words(vocabulary, positions);
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
        new QFormer.Queries(queries, frequency),
        words);
  }
}
