package io.prumerge.jobs;

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
          "%s has --json with --dry-run; a finished run's figures are in report --runs DIR --json"
              .formatted(spec.name()));
    }
    return dryRun;
  }

  DryRun.Form form() {
    return json ? DryRun.Form.JSON : DryRun.Form.TABLES;
  }
}
