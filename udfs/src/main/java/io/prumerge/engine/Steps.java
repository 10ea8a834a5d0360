package io.prumerge.engine;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * Whether the threads that work for a queue get on: how long ago each of them took its last step. A
 * device that hangs is known by that, however long its work takes. Thread-safe.
 */
final class Steps {

  private final Map<Thread, Long> working = new ConcurrentHashMap<>();
  private volatile long last = System.nanoTime();

  /** The calling thread begins something, or took a step of it. */
  void step() {
    last = System.nanoTime();
    working.put(Thread.currentThread(), last);
  }

  /** The calling thread has nothing to do any more. */
  void rest() {
    last = System.nanoTime();
    working.remove(Thread.currentThread());
  }

  /**
   * Returns the rest of the time that a caller waits.
   *
   * @param patience how long to wait while the slowest thread takes no step
   * @return nanoseconds, not positive where it is over
   */
  long left(Duration patience) {
    long now = System.nanoTime();
    long quiet = working.values().stream().mapToLong(step -> now - step).max().orElse(now - last);
    return TimeUnit.NANOSECONDS.convert(patience) - quiet;
  }
}
