package io.prumerge.jobs;

import io.prumerge.checkpoint.WeightsPin;
import io.prumerge.report.SummaryTable;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code evaluate}. */
@Command(
    name = "evaluate",
    description = "Asks a model all questions under every method, scores and reports.")
final class EvaluateCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @Mixin private AskedFlags asked;

  @Option(
      names = "--model-sha256",
      paramLabel = "HEX",
      converter = WeightsPinConverter.class,
      description = "The weights' SHA-256 (weights_sha256 of report/runs); others are refused.")
  private WeightsPin weights = WeightsPin.NONE;

  @Option(
      names = "--examples",
      required = true,
      arity = "1..*",
      paramLabel = "DIR",
      description = "Tables that prepare wrote.")
  private List<String> examples;

  @Option(
      names = "--output",
      required = true,
      paramLabel = "DIR",
      description = "The run's folder, new or with --resume.")
  private String output;

  @Mixin private StartFlags start;

  @Mixin private DryFlags dry;

  @Mixin private RunFlags flags;

  @Override
  public Integer call() throws Exception {
    EvaluateOptions options =
        new EvaluateOptions(
            List.of(new PinnedModel(asked.model(), weights)),
            examples,
            asked.methods(),
            flags.settings(),
            flags.dealing());
    RunTarget target = new RunTarget(output, start.start());
    Console console = Console.of(spec.commandLine());
    try (Sessions sessions = Sessions.open("evaluate")) {
      if (dry.isAsked()) {
        return new DryRun(sessions.session(), console)
            .show(options, Optional.of(target), dry.form());
      }
      return new Evaluate(
              sessions.session(),
              console,
              plan -> {},
              report -> console.table(SummaryTable.cells(report)))
          .run(options, target);
    }
  }
}
