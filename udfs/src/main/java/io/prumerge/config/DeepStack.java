package io.prumerge.config;

import java.util.List;

/**
 * Learned positions, and layers whose outputs the decoder's first layers get (DeepStack).
 *
 * @param side rows, and columns, of the table of positions, between which a view's are interpolated
 * @param layers of the tower from 0, rising; the i-th one's output is added after the decoder's
 *     layer i
 */
public record DeepStack(int side, List<Integer> layers) {

  public DeepStack {
    Require.positive("vision num_position_embeddings, a square,", side);
    layers = List.copyOf(layers);
  }
}
