package io.prumerge.estimate;

import static io.prumerge.cost.Exact.product;
import static io.prumerge.cost.Exact.sum;

/**
 * Bytes between memory and processor.
 *
 * @param weights read
 * @param activationsLoaded read
 * @param activationsStored written
 * @param cacheLoaded keys and values read
 * @param cacheStored keys and values written
 */
public record Traffic(
    long weights,
    long activationsLoaded,
    long activationsStored,
    long cacheLoaded,
    long cacheStored) {

  static final Traffic NONE = new Traffic(0, 0, 0, 0, 0);

  /** Returns the sum of all five kinds. */
  public long total() {
    return sum(weights, activationsLoaded, activationsStored, cacheLoaded, cacheStored);
  }

  Traffic plus(Traffic other) {
    return new Traffic(
        sum(weights, other.weights),
        sum(activationsLoaded, other.activationsLoaded),
        sum(activationsStored, other.activationsStored),
        sum(cacheLoaded, other.cacheLoaded),
        sum(cacheStored, other.cacheStored));
  }

  Traffic times(long times) {
    return new Traffic(
        product(times, weights),
        product(times, activationsLoaded),
        product(times, activationsStored),
        product(times, cacheLoaded),
        product(times, cacheStored));
  }
}
