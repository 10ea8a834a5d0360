package io.prumerge.cost;

import io.prumerge.lang.Text;

/**
 * The number of tokens from one layer on.
 *
 * @param layer index, from 0
 * @param tokens in this layer and those after it
 */
public record ScheduleStep(int layer, int tokens) {
  public ScheduleStep {
    if (layer < 0 || tokens < 0) {
      throw new IllegalArgumentException(
          Text.format("Cannot schedule %d tokens from layer %d: negative", tokens, layer));
    }
  }
}
