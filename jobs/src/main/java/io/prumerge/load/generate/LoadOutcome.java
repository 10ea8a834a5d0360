package io.prumerge.load.generate;

/** How a request of a load test ended. */
public enum LoadOutcome {
  /**
   * It was answered before its point's last request was due (in an open loop), or was sent (in a
   * closed loop, and where all are due at once).
   */
  DONE,

  /** It was answered, but only while the point waited for those in flight. */
  LATE,

  /** The server refused it, or its answer broke off: a load test never asks again. */
  ERROR,

  /** It had no answer when the point stopped waiting. */
  UNFINISHED
}
