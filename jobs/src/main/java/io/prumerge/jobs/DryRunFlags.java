package io.prumerge.jobs;

import io.prumerge.console.CommonOptions;
import io.prumerge.console.GivenOption;
import io.prumerge.console.UsageException;
import io.prumerge.lang.Text;
import io.prumerge.launch.EvaluationJob;
import io.prumerge.plan.AskedCards;
import io.prumerge.run.FinishedRun;
import io.prumerge.run.PlanForm;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Mixin;
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

  @Mixin
  private final GivenOption<Boolean> json =
      CommonOptions.json("With --dry-run: print the plan as one JSON document.");

  @Option(
      names = "--show",
      defaultValue = "0",
      paramLabel = "N",
      description =
          "With --dry-run: also print the first N questions as each model gets them, with its"
              + " template and the pictures' placeholders.")
  private int shown;

  @Option(
      names = "--hardware",
      split = ",",
      paramLabel = "NAME",
      description =
          "With --dry-run: also plan for these GPUs of conf/hardware.yaml, whether they are there"
              + " or not: cached positions, images at once, cores, hours. An unknown name lists"
              + " all.")
  private List<String> hardware = List.of();

  @Option(
      names = "--cards",
      split = ",",
      paramLabel = "N",
      description = "With --hardware: how many of each, such as 1,8; default 1.")
  private List<Integer> cards = List.of();

  @Mixin private HardwareFileFlag hardwareFile;

  /**
   * Returns whether this is a dry run.
   *
   * @throws UsageException if there is an option of dry runs without {@code --dry-run}
   */
  boolean isAsked() {
    if (json.get() && !dryRun) {
      throw new UsageException(
          Text.format(
              "%s takes --json only with --dry-run; report --runs DIR --json prints a finished"
                  + " run's figures",
              spec.name()));
    }
    if (shown != 0 && !dryRun || shown < 0) {
      throw new UsageException(
          Text.format(
              "%s takes --show N only with --dry-run, N a number of questions; prepare --show N"
                  + " prints questions without a model's template",
              spec.name()));
    }
    if ((!hardware.isEmpty() || !cards.isEmpty() || hardwareFile.isGiven()) && !dryRun) {
      throw new UsageException(
          Text.format(
              "%s takes --hardware, --cards and --hardware-file only with --dry-run", spec.name()));
    }
    if (hardwareFile.isGiven() && hardware.isEmpty()) {
      throw new UsageException(
          spec.name() + " takes --hardware-file only with --hardware, which names its entries");
    }
    return dryRun;
  }

  /** Runs the evaluation, or shows its plan and returns nothing. */
  Optional<FinishedRun> run(EvaluationJob job) throws IOException {
    if (isAsked()) {
      AskedCards asked = new AskedCards(hardwareFile.named(hardware), cards);
      job.dryRun(json.get() ? PlanForm.JSON : PlanForm.TABLES, shown, asked);
      return Optional.empty();
    }
    return Optional.of(job.run());
  }
}
