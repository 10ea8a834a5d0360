package io.prumerge.metric;

/** Quantities of a figure that add up over images. */
enum MomentKind {
  /** Squared residuals. */
  SQUARES,
  /** Cubed residuals. */
  CUBES,
  /** Squared differences to the residuals of the baseline. */
  DELTA_SQUARES,
  /** Cubed differences. */
  DELTA_CUBES
}
