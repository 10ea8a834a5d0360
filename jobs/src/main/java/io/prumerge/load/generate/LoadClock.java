package io.prumerge.load.generate;

/** The time of a load test, and what happens at which: the machine's, or a test's own. */
public interface LoadClock {

  /** Returns the time in nanoseconds; its origin is arbitrary. */
  long nanos();

  /**
   * Runs an action at a time, or as soon as possible if that is past. Actions run one after
   * another, never two at once, and those of one time in the order of the calls.
   */
  void at(long nanos, Runnable action);

  /** Runs work that would keep actions waiting beside them, one after another. */
  void aside(Runnable work);
}
