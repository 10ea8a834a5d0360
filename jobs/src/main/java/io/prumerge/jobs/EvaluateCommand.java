package io.prumerge.jobs;

import io.prumerge.Evaluation;
import io.prumerge.checkpoint.WeightsPin;
import io.prumerge.console.Console;
import io.prumerge.console.ExitCode;
import io.prumerge.reduction.MethodSpec;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code evaluate}: asks one model all questions under every method. */
@Command(
    name = "evaluate",
    description =
        "Asks a model all questions under every method, scores the answers and writes a report.")
final class EvaluateCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @Mixin private AskedFlags asked;

  @Option(
      names = "--model-sha256",
      paramLabel = "HEX",
      description = "SHA-256 that the weights must have (weights_sha256 in report/runs).")
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
      description = "The run's folder: a new one, or an existing one with --resume.")
  private String output;

  @Mixin private StartFlags start;

  @Mixin private TablesFlag tables;

  @Mixin private DryFlags dry;

  @Mixin private RunFlags flags;

  @Mixin private ContrastFlags contrasts;

  @Override
  public Integer call() throws Exception {
    try (Sessions sessions = Sessions.of("evaluate")) {
      Evaluation evaluation =
          Evaluation.of(sessions::session)
              .model(asked.model(), weights.sha256())
              .examples(examples)
              .methods(asked.methods().stream().map(MethodSpec::toString).toList())
              .output(output)
              .console(Console.of(spec.commandLine()));
      evaluation.contrasts(contrasts.asked());
      flags.give(evaluation);
      start.give(evaluation);
      tables.asked().ifPresent(evaluation::tables);
      dry.run(evaluation);
    }
    return ExitCode.DONE;
  }
}
