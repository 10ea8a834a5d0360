package io.prumerge.jobs;

/**
 * Where a run goes.
 *
 * @param output the folder
 * @param start what is expected of it
 */
record RunTarget(String output, Start start) {

  /** How a run begins. */
  enum Start {
    /** In a folder of its own. */
    FRESH,
    /** Going on with what an earlier attempt committed. */
    RESUME,
    /** The same, though the earlier attempt's driver may live still. */
    TAKE_OVER
  }
}
