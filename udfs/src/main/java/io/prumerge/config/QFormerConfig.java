package io.prumerge.config;

import io.prumerge.architecture.QFormer;
import java.util.Objects;

/**
 * Dimensions of a Q-Former, with every default of transformers 4.57.1's InstructBlipQFormerConfig
 * and Blip2QFormerConfig resolved.
 *
 * @param queries its rows of an image
 * @param hiddenSize their width
 * @param intermediateSize width of its MLPs
 * @param layers all of them
 * @param heads attention heads
 * @param frequency of the layers in which the queries attend to the features
 * @param words the vocabulary of the questions that it reads
 * @param activation of its MLPs
 * @param layerNormEps inside the root of its layer norms
 */
public record QFormerConfig(
    int queries,
    int hiddenSize,
    int intermediateSize,
    int layers,
    int heads,
    int frequency,
    QFormer.Words words,
    Activation activation,
    double layerNormEps) {

  private static final String CONFIG = "qformer_config";
  private static final String POSITIONS = "position_embedding_type";

  public QFormerConfig {
    Require.positive("num_query_tokens", queries);
    Require.positive("qformer hidden_size", hiddenSize);
    Require.positive("qformer intermediate_size", intermediateSize);
    Require.layers("qformer num_hidden_layers", layers);
    Require.positive("qformer num_attention_heads", heads);
    Require.positive("qformer cross_attention_frequency", frequency);
    Objects.requireNonNull(words, "words is null");
    Objects.requireNonNull(activation, "activation is null");
    Require.positive("qformer layer_norm_eps", layerNormEps);
    Require.multiple("qformer hidden_size", hiddenSize, "num_attention_heads", heads);
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
        own.integer("hidden_size", 768),
        own.integer("intermediate_size", 3072),
        own.integer("num_hidden_layers", 12),
        own.integer("num_attention_heads", 12),
        own.integer("cross_attention_frequency", 2),
        readsText ? words(own) : QFormer.Words.NONE,
        Activation.named(own.text("hidden_act", "gelu")),
        own.decimal("layer_norm_eps", 1e-12));
  }

  private static QFormer.Words words(Settings own) {
    int vocabulary = own.integer("vocab_size", 30522);
    int positions = own.integer("max_position_embeddings", 512);
    Require.positive("qformer vocab_size", vocabulary);
    Require.positive("qformer max_position_embeddings", positions);
    return new QFormer.Words(vocabulary, positions);
  }

  /**
   * Its weights.
   *
   * @param in width of the tower's features
   * @param width of the decoder
   */
  QFormer weights(long in, long width) {
    return new QFormer(
        in, width, hiddenSize, intermediateSize, layers, heads, frequency, queries, words);
  }
}
