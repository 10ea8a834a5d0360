package io.prumerge.engine;

/** How answers are asked where their times are measured. */
public enum Timing {

  /**
   * As fast as the device allows: what several answers need runs once and is divided among them.
   */
  SHARED,

  /** One question under one method at a time, in one lane, after a warm-up. */
  ALONE
}
