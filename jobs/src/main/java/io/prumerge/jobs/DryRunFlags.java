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

  @Option(
      names = "--show",
      defaultValue = "0",
      paramLabel = "N",
      description =
          "With --dry-run: also print the first N questions as each model gets them, with its"
              + " template and the pictures' placeholders.")
  private int shown;

  /**
   * Returns whether this is a dry run.
   *
   * @throws UsageException if there is {@code --json} or {@code --show} without {@code --dry-run}
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
    if (shown != 0 && !dryRun || shown < 0) {
      throw new UsageException(
          String.format(
              Locale.ROOT,
              "%s takes --show N only with --dry-run, N a number of questions; prepare --show N"
                  + " prints questions without a model's template",
              spec.name()));
    }
    return dryRun;
  }

  /** Runs the evaluation, or shows its plan and returns nothing. */
  Optional<EvaluationResult> run(Evaluation evaluation) throws IOException {
    if (isAsked()) {
      evaluation.dryRun(json ? PlanForm.JSON : PlanForm.TABLES, shown);
      return Optional.empty();
    }
    return Optional.of(evaluation.run());
  }
}
