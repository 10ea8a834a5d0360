package io.prumerge.load.generate;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.OptionalInt;

/** How many requests may be in flight, and since when there is room for the next. */
final class RequestSlots {

  private final boolean bounded;

  /** Since when each free slot is free, in nanoseconds after the point's start. */
  private final Deque<Long> free = new ArrayDeque<>();

  /**
   * @param most empty without a bound
   * @param requests more slots are never taken
   */
  RequestSlots(OptionalInt most, int requests) {
    bounded = most.isPresent();
    for (int i = 0; i < Math.min(most.orElse(0), requests); i++) {
      free.add(0L);
    }
  }

  boolean isFree() {
    return !bounded || !free.isEmpty();
  }

  /** Takes the slot that is free for longest, and returns since when it is. */
  long take() {
    return bounded ? free.remove() : 0;
  }

  void give(long nanos) {
    if (bounded) {
      free.add(nanos);
    }
  }
}
