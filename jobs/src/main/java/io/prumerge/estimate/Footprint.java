package io.prumerge.estimate;

import io.prumerge.cost.Exact;

/**
 * Bytes in memory at one time, unlike {@link Traffic}, which is bytes moved.
 *
 * @param weights of the model
 * @param cache keys and values of the prompt
 * @param activations the most that are alive at one time
 */
public record Footprint(long weights, long cache, long activations) {

  /** Returns the sum of all three. */
  public long total() {
    return Exact.sum(weights, cache, activations);
  }
}
