package io.prumerge.config;

import java.util.List;

/**
 * What is taken of the tower's hidden states.
 *
 * @param layers indices 0..L into the hidden states, in the order in which their features are
 *     concatenated
 * @param positions which positions of these become visual tokens
 */
public record FeatureSelection(List<Integer> layers, FeatureSelect positions) {

  public FeatureSelection {
    layers = List.copyOf(layers);
  }
}
