package io.prumerge.plan;

import java.util.Optional;

/**
 * The destination of a run.
 *
 * @param output the folder
 * @param start whether the run is new
 * @param allowCodeChange whether a run may be resumed with different code, libtorch, Java or dtype
 * @param tables catalog and schema of tables that the run's rows are also appended to
 */
public record RunTarget(
    String output, Start start, boolean allowCodeChange, Optional<String> tables) {

  /** Returns a new folder without catalog tables. */
  public static RunTarget fresh(String output) {
    return new RunTarget(output, Start.FRESH, false, Optional.empty());
  }

  /** The start of a run. */
  public enum Start {
    /** Starts a new run in a new folder. */
    FRESH,
    /** Continues from the chunks that an earlier attempt committed. */
    RESUME,
    /** Continues although the earlier attempt's driver may still be alive. */
    TAKE_OVER
  }
}
