package io.prumerge.plan;

import java.util.Optional;

/**
 * Where a run goes.
 *
 * @param output the folder
 * @param start what is expected of it
 * @param allowCodeChange whether it may go on with other code, another libtorch or dtype than
 *     before
 * @param tables catalog and schema whose tables get the run's rows too
 */
public record RunTarget(
    String output, Start start, boolean allowCodeChange, Optional<String> tables) {

  /** A folder that gets a new run, and no other tables. */
  public static RunTarget fresh(String output) {
    return new RunTarget(output, Start.FRESH, false, Optional.empty());
  }

  /** How a run begins. */
  public enum Start {
    /** In a folder of its own. */
    FRESH,
    /** Going on with what an earlier attempt committed. */
    RESUME,
    /** The same, though the earlier attempt's driver may live still. */
    TAKE_OVER
  }
}
