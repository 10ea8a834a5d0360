package io.prumerge.settings;

/** The start of a run. */
public enum StartMode {
  /** Starts a new run in a new folder. */
  FRESH,
  /** Continues from the chunks that an earlier attempt committed. */
  RESUME,
  /** Continues although the earlier attempt's driver may still be alive. */
  TAKE_OVER
}
