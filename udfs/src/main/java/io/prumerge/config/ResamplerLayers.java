package io.prumerge.config;

/**
 * The layers of a resampler.
 *
 * @param depth how many
 * @param heads of their attention
 * @param head width of one of them
 * @param norms whether queries and keys have norms
 */
public record ResamplerLayers(int depth, int heads, int head, boolean norms) {

  public ResamplerLayers {
    Require.layers("resampler_depth", depth);
    Require.positive("resampler_n_heads", heads);
    Require.positive("resampler_head_dim", head);
  }
}
