package io.prumerge.settings;

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

/** The settings of a run's destination that are given: on the command line, or from code. */
public final class TargetSettings {

  @Option(names = "--resume", description = "Continue an unfinished run.")
  public boolean resume;

  @Option(
      names = "--take-over",
      description = "Continue although another driver seems to work on the run; that driver stops.")
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
    StartMode start = takeOver ? StartMode.TAKE_OVER : resume ? StartMode.RESUME : StartMode.FRESH;
    if (allowCodeChange && start == StartMode.FRESH) {
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

  private Set<ErrorKind> retried(StartMode start) {
    if (retryErrors == null) {
      return Set.of();
    }
    if (start == StartMode.FRESH) {
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
