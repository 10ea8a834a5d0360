package io.prumerge.jobs;

import io.prumerge.console.CommonOptions;
import io.prumerge.console.Console;
import io.prumerge.console.ExitCode;
import io.prumerge.console.GivenOption;
import io.prumerge.console.Setting;
import io.prumerge.console.UsageException;
import io.prumerge.launch.EvaluationJob;
import io.prumerge.run.FinishedRun;
import io.prumerge.settings.RunSettings;
import io.prumerge.settings.TargetSettings;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code sweep}: evaluates models and grids of methods in a file. */
@Command(
    name = "sweep",
    description =
        "Asks several models all questions under every method in a file, with one pass over the images per model; scores the answers and writes one report.")
final class SweepCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @Parameters(
      paramLabel = "FILE",
      description =
          "YAML with models, examples, methods and settings, or the name of one that init-sweep copies, such as paper.yaml.")
  private Path file;

  @Mixin
  private final TargetSettings destination =
      new TargetSettings(
          CommonOptions.output(
              "The sweep's folder: a new one, or an existing one with --resume; required without --dry-run."));

  @Mixin private RetryFlags retry;

  @Mixin private TableFlags tables;

  @Mixin private MlflowFlags mlflow;

  @Mixin private DryRunFlags dry;

  @Mixin
  private final GivenOption<List<String>> models =
      GivenOption.texts(Setting.MODEL)
          .help(
              "MODEL",
              "Models in place of the file's: folders of checkpoints, hf:ORG/NAME[@REV] from Hugging Face's cache, or openai:URL#NAME behind an OpenAI-compatible service.");

  @Mixin private ExampleFlags examples;

  @Mixin private RunSettings settings;

  @Mixin private ContrastFlags contrasts;

  @Override
  public Integer call() throws Exception {
    Console console = Console.of(spec.commandLine());
    try (Sessions sessions =
        Sessions.of(console, () -> "sweep " + Sessions.name(file.toString()))) {
      retry.give(destination);
      EvaluationJob job =
          new EvaluationJob(sessions::session, settings, destination)
              .sweep(file.toString())
              .contrasts(contrasts.asked())
              .console(console);
      models.get().forEach(job::model);
      examples.give(job);
      if (!destination.output.isGiven() && !dry.isAsked()) {
        throw new UsageException("sweep requires --output DIR, or --dry-run to show its plan");
      }
      tables.give(destination);
      mlflow.check();
      Optional<FinishedRun> done = dry.run(job);
      done.ifPresent(run -> mlflow.log(console, sessions.session(), run));
    }
    return ExitCode.DONE;
  }
}
