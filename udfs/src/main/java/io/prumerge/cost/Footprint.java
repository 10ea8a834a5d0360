package io.prumerge.cost;

/**
 * Bytes that lie in memory at one time, which is another thing than {@link Traffic}.
 *
 * @param weights of the model
 * @param cache keys and values of the prompt
 * @param activations that are alive at the widest place
 */
public record Footprint(long weights, long cache, long activations) {

  /** All three. */
  public long total() {
    return Exact.sum(weights, cache, activations);
  }
}
