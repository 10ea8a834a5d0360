package io.prumerge.config;

import io.prumerge.architecture.CrossBlocks;
import io.prumerge.architecture.PerceiverResampler;
import io.prumerge.architecture.QFormerWords;

/**
 * What sets IDEFICS apart: a resampler after the tower, blocks between the decoder's layers that
 * attend to what it makes, and a vocabulary in two parts. Every default of transformers 4.57.1's
 * IdeficsConfig and IdeficsPerceiverConfig is resolved.
 *
 * @param queries latents, the rows that an image becomes
 * @param resampler its layers
 * @param interval decoder layers from one block to the next
 * @param norms whether the blocks' queries and keys have norms
 * @param vectors whether their gates are one number for each channel
 * @param moreWords rows of the second part of the vocabulary
 * @param endToken after which a text sees no image before it
 */
public record CrossConfig(
    int queries,
    ResamplerLayers resampler,
    int interval,
    boolean norms,
    boolean vectors,
    int moreWords,
    int endToken)
    implements QueryConfig {

  /** The setting of {@link #interval}. */
  public static final String INTERVAL = "cross_layer_interval";

  public CrossConfig {
    Require.positive("resampler_n_latents", queries);
    Require.positive(INTERVAL, interval);
  }

  /**
   * Refuses a decoder that these blocks do not fit, as transformers does.
   *
   * @throws CheckpointException naming the setting
   */
  void require(TextConfig text) {
    Require.multiple("num_hidden_layers", text.layers(), INTERVAL, interval);
  }

  /**
   * Returns the blocks between the decoder's layers.
   *
   * @param in width of the tower's features
   */
  CrossBlocks blocks(long in, TextConfig text) {
    return new CrossBlocks(
        text.hiddenSize(),
        text.mlp().width(),
        text.layers() / interval,
        interval,
        text.heads().width(),
        in,
        norms,
        vectors);
  }

  @Override
  public QFormerWords words() {
    return QFormerWords.NONE;
  }

  @Override
  public PerceiverResampler weights(long in, TextConfig text) {
    return new PerceiverResampler(
        in,
        queries,
        resampler.depth(),
        resampler.heads(),
        resampler.head(),
        resampler.norms(),
        blocks(in, text));
  }
}
