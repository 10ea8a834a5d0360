package io.prumerge.cost;

import java.util.Locale;

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
          String.format(
              Locale.ROOT, "Cannot schedule %d tokens from layer %d: negative", tokens, layer));
    }
  }
}
