package io.prumerge.load;

/** How a request of a load test ended. */
public enum LoadOutcome {
  /** It was answered before the last request of its point was due or sent. */
  DONE,

  /** It was answered, but only while the point waited for those in flight. */
  LATE,

  /** The server refused it, or its answer broke off: a load test never asks again. */
  ERROR,

  /** It had no answer when the point stopped waiting. */
  UNFINISHED
}
