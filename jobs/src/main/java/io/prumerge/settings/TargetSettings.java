package io.prumerge.settings;

import io.prumerge.console.GivenOption;
import io.prumerge.console.Setting;
import io.prumerge.console.UsageException;
import io.prumerge.console.Wording;
import io.prumerge.engine.ErrorKind;
import io.prumerge.store.CatalogTables;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import picocli.CommandLine.Mixin;

/** The settings of a run's destination that are given: on the command line, or from code. */
public final class TargetSettings {

  @Mixin
  public final GivenOption<Boolean> resume =
      GivenOption.flag(Setting.RESUME).help("Continue an unfinished run.");

  @Mixin
  public final GivenOption<Boolean> takeOver =
      GivenOption.flag(Setting.TAKE_OVER)
          .help("Continue although another driver seems to work on the run; that driver stops.");

  @Mixin
  public final GivenOption<Boolean> allowCodeChange =
      GivenOption.flag(Setting.ALLOW_CODE_CHANGE)
          .help(
              "Continue although the code, libtorch, mklOnAmd, packWeights, Java or the resolved"
                  + " dtype differ; the manifest records it.");

  @Mixin public final GivenOption<String> output;

  /** Catalog and schema of tables; not of all commands. */
  public final GivenOption<String> tables = GivenOption.text(Setting.TABLES);

  private Optional<List<ErrorKind>> retryErrors = Optional.empty();

  /**
   * @param output the option of the run's folder
   */
  public TargetSettings(GivenOption<String> output) {
    this.output = output;
  }

  /** Asks errors of these kinds again, of all if there are none. */
  public void retryErrors(List<ErrorKind> kinds) {
    retryErrors = Optional.of(kinds);
  }

  /** Returns whether the run was begun before. */
  public boolean isResumed() {
    return resume.get() || takeOver.get();
  }

  /**
   * Returns the destination.
   *
   * @throws UsageException if the output is missing or a setting does not fit
   */
  public RunTarget target() {
    String folder = output.get();
    StartMode start =
        takeOver.get() ? StartMode.TAKE_OVER : resume.get() ? StartMode.RESUME : StartMode.FRESH;
    if (allowCodeChange.get() && start == StartMode.FRESH) {
      throw new UsageException(
          Wording.of(
              "%s requires %s or %s",
              Setting.ALLOW_CODE_CHANGE, Setting.RESUME, Setting.TAKE_OVER));
    }
    tables.find().ifPresent(CatalogTables::catalog); // refuses one without
    return new RunTarget(folder, start, allowCodeChange.get(), tables.find(), retried(start));
  }

  private Set<ErrorKind> retried(StartMode start) {
    if (retryErrors.isEmpty()) {
      return Set.of();
    }
    if (start == StartMode.FRESH) {
      throw new UsageException(
          Wording.of(
              "%s requires %s or %s", Setting.RETRY_ERRORS, Setting.RESUME, Setting.TAKE_OVER));
    }
    if (tables.isGiven()) {
      throw new UsageException(
          Wording.of(
              "%s does not go with %s, which appends a run once and never replaces its rows;"
                  + " append the run afterwards",
              Setting.RETRY_ERRORS, Setting.TABLES));
    }
    List<ErrorKind> kinds = retryErrors.get();
    return kinds.isEmpty() ? EnumSet.allOf(ErrorKind.class) : Set.copyOf(kinds);
  }
}
