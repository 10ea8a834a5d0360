package io.prumerge.jobs;

import io.prumerge.Evaluation;
import io.prumerge.console.UsageException;
import io.prumerge.run.DryRun;
import java.io.IOException;
import java.util.Locale;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The options of a command that can show what it would do. */
final class DryFlags {

  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec;

  @Option(
      names = "--dry-run",
      description = "Check everything, show the plan and what it is going to cost, and do nothing.")
  private boolean dryRun;

  @Option(names = "--json", description = "With --dry-run: the plan as one JSON document.")
  private boolean json;

  /**
   * Whether nothing is to be done.
   *
   * @throws UsageException for a form without it
   */
  boolean isAsked() {
    if (json && !dryRun) {
      throw new UsageException(
          String.format(
              Locale.ROOT,
              "%s has --json with --dry-run; a finished run's figures are in report --runs DIR --json",
              spec.name()));
    }
    return dryRun;
  }

  /** Does what is asked for, or shows what it would be. */
  void run(Evaluation evaluation) throws IOException {
    if (isAsked()) {
      evaluation.dryRun(json ? DryRun.Form.JSON : DryRun.Form.TABLES);
    } else {
      evaluation.run();
    }
  }
}
