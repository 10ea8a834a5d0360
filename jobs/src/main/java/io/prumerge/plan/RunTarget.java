package io.prumerge.plan;

import io.prumerge.console.OptionChecks;
import io.prumerge.console.Setting;
import io.prumerge.console.UsageException;
import io.prumerge.console.Wording;
import io.prumerge.engine.ErrorKind;
import io.prumerge.store.CatalogTables;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import picocli.CommandLine.Option;

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
    Start start,
    boolean allowCodeChange,
    Optional<String> tables,
    Set<ErrorKind> retried) {

  public RunTarget {
    retried = Set.copyOf(retried);
  }

  /** Returns a destination where errors stay as they are. */
  public RunTarget(String output, Start start, boolean allowCodeChange, Optional<String> tables) {
    this(output, start, allowCodeChange, tables, Set.of());
  }

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

  /** What is given of a destination: on the command line, or from code. */
  public static final class Settings {

    @Option(names = "--resume", description = "Continue an unfinished run.")
    public boolean resume;

    @Option(
        names = "--take-over",
        description =
            "Continue although another driver seems to work on the run; that driver stops.")
    public boolean takeOver;

    @Option(
        names = "--allow-code-change",
        description =
            "Continue although the code, libtorch, mklOnAmd, packWeights, Java or the resolved"
                + " dtype differ; the manifest records it.")
    public boolean allowCodeChange;

    public String output;

    public String tables;

    /** Kinds of errors to ask again; an empty list means all, null none. */
    public List<ErrorKind> retryErrors;

    /** Returns whether the run was begun before. */
    public boolean isResumed() {
      return resume || takeOver;
    }

    /**
     * Returns the destination.
     *
     * @throws UsageException if the output is missing or a setting does not fit
     */
    public RunTarget target() {
      String folder = OptionChecks.required(Setting.OUTPUT, output);
      Start start = takeOver ? Start.TAKE_OVER : resume ? Start.RESUME : Start.FRESH;
      if (allowCodeChange && start == Start.FRESH) {
        throw new UsageException(
            Wording.of(
                "%s requires %s or %s",
                Setting.ALLOW_CODE_CHANGE, Setting.RESUME, Setting.TAKE_OVER));
      }
      if (tables != null) {
        CatalogTables.catalog(tables); // refuses one without
      }
      return new RunTarget(
          folder, start, allowCodeChange, Optional.ofNullable(tables), retried(start));
    }

    private Set<ErrorKind> retried(Start start) {
      if (retryErrors == null) {
        return Set.of();
      }
      if (start == Start.FRESH) {
        throw new UsageException(
            Wording.of(
                "%s requires %s or %s", Setting.RETRY_ERRORS, Setting.RESUME, Setting.TAKE_OVER));
      }
      if (tables != null) {
        throw new UsageException(
            Wording.of(
                "%s does not go with %s, which appends a run once and never replaces its rows;"
                    + " append the run afterwards",
                Setting.RETRY_ERRORS, Setting.TABLES));
      }
      return retryErrors.isEmpty() ? EnumSet.allOf(ErrorKind.class) : Set.copyOf(retryErrors);
    }
  }
}
