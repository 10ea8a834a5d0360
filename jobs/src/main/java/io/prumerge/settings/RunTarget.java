package io.prumerge.settings;

import io.prumerge.engine.ErrorKind;
import java.util.Optional;
import java.util.Set;

/**
 * The destination of a run.
 *
 * @param output the folder
 * @param start whether the run is new
 * @param allowCodeChange whether a run may be resumed with different code, libtorch, Java or dtype
 * @param tables catalog and schema of tables that the run's rows are also appended to
 * @param retried kinds of errors that are asked again; none: errors stay as they are
 */
public record RunTarget(
    String output,
    StartMode start,
    boolean allowCodeChange,
    Optional<String> tables,
    Set<ErrorKind> retried) {

  public RunTarget {
    retried = Set.copyOf(retried);
  }

  /** Returns a destination where errors stay as they are. */
  public RunTarget(
      String output, StartMode start, boolean allowCodeChange, Optional<String> tables) {
    this(output, start, allowCodeChange, tables, Set.of());
  }

  /** Returns a new folder without catalog tables. */
  public static RunTarget fresh(String output) {
    return new RunTarget(output, StartMode.FRESH, false, Optional.empty());
  }
}
