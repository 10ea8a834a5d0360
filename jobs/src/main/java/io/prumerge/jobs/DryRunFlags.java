package io.prumerge.jobs;

import io.prumerge.Evaluation;
import io.prumerge.EvaluationResult;
import io.prumerge.console.UsageException;
import io.prumerge.run.PlanForm;
import java.io.IOException;
import java.util.Locale;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Options of the commands with a dry run. */
final class DryRunFlags {

  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec;

  @Option(
      names = "--dry-run",
      description = "Check everything, show the plan and its estimated cost, and stop.")
  private boolean dryRun;

  @Option(names = "--json", description = "With --dry-run: print the plan as one JSON document.")
  private boolean json;

  /**
   * Returns whether this is a dry run.
   *
   * @throws UsageException if there is {@code --json} without {@code --dry-run}
   */
  boolean isAsked() {
    if (json && !dryRun) {
      throw new UsageException(
          String.format(
              Locale.ROOT,
              "%s takes --json only with --dry-run; report --runs DIR --json prints a finished"
                  + " run's figures",
              spec.name()));
    }
    return dryRun;
  }

  /** Runs the evaluation, or shows its plan and returns nothing. */
  Optional<EvaluationResult> run(Evaluation evaluation) throws IOException {
    if (isAsked()) {
      evaluation.dryRun(json ? PlanForm.JSON : PlanForm.TABLES);
      return Optional.empty();
    }
    return Optional.of(evaluation.run());
  }
}
