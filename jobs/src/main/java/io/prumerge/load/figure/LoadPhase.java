package io.prumerge.load.figure;

/** Which part of a point a request belongs to. */
public enum LoadPhase {
  /** While the point's load builds up. */
  WARM_UP,

  /** What times and rates are over. */
  MEASURED,

  /** Sent so that those before end under the same load. */
  COOL_DOWN
}
