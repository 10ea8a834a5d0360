package io.prumerge.jobs;

import io.prumerge.checkpoint.WeightsPin;
import io.prumerge.console.CommonOptions;
import io.prumerge.console.Console;
import io.prumerge.console.ExitCode;
import io.prumerge.console.GivenOption;
import io.prumerge.console.Setting;
import io.prumerge.console.UsageException;
import io.prumerge.lang.Text;
import io.prumerge.launch.EvaluationJob;
import io.prumerge.plan.AskedExamples;
import io.prumerge.prepare.BenchmarkSettings;
import io.prumerge.run.FinishedRun;
import io.prumerge.settings.RunSettings;
import io.prumerge.settings.TargetSettings;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code evaluate}: asks models all questions with every method. */
@Command(
    name = "evaluate",
    description =
        "Asks models all questions under every method, scores the answers and writes a report.")
final class EvaluateCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @Mixin
  private final GivenOption<List<String>> models =
      GivenOption.texts(Setting.MODEL)
          .required()
          .help(
              "MODEL",
              "Folders of checkpoints of the families that 'list models' names, or"
                  + " hf:ORG/NAME[@REV] from Hugging Face's cache; BASE+ADAPTER for one with LoRA"
                  + " weights; openai:URL#NAME for a model behind an OpenAI-compatible service.");

  @Mixin private MethodFlags methods;

  @Option(
      names = "--model-sha256",
      paramLabel = "HEX",
      description =
          "SHA-256 that the weights of a single model must have (weights_sha256 in report/runs).")
  private Optional<WeightsPin> weights = Optional.empty();

  @Mixin
  private final GivenOption<List<String>> examples =
      CommonOptions.examples("Tables that prepare wrote; required without --benchmark.");

  @Mixin private BenchmarkSettings benchmarks;

  @Mixin
  private final TargetSettings destination =
      new TargetSettings(
          CommonOptions.output(
              "The run's folder: a new one, or an existing one with --resume; required without"
                  + " --dry-run."));

  @Mixin private RetryFlags retry;

  @Mixin private TableFlags tables;

  @Mixin private MlflowFlags mlflow;

  @Mixin private DryRunFlags dry;

  @Mixin private RunSettings settings;

  @Mixin private ContrastFlags contrasts;

  @Override
  public Integer call() throws Exception {
    Console console = Console.of(spec.commandLine());
    try (Sessions sessions = Sessions.of(console, this::work)) {
      retry.give(destination);
      EvaluationJob job =
          new EvaluationJob(sessions::session, settings, destination)
              .examples(AskedExamples.in(examples.get()))
              .benchmarks(benchmarks)
              .methods(methods.asked())
              .contrasts(contrasts.asked())
              .console(console);
      if (!destination.output.isGiven() && !dry.isAsked()) {
        throw new UsageException("evaluate requires --output DIR, or --dry-run to show its plan");
      }
      requireOneToPin();
      models
          .get()
          .forEach(
              model ->
                  weights.ifPresentOrElse(pin -> job.model(model, pin), () -> job.model(model)));
      tables.give(destination);
      mlflow.check();
      Optional<FinishedRun> done = dry.run(job);
      done.ifPresent(run -> mlflow.log(console, sessions.session(), run));
    }
    return ExitCode.DONE;
  }

  private String work() {
    return Text.format(
        "evaluate %s: %s on %s",
        destination.output.find().map(Sessions::name).orElse("plan"),
        Sessions.models(models.get()),
        benchmarks.isGiven()
            ? String.join(", ", benchmarks.benchmarks.get())
            : Sessions.names(examples.get()));
  }

  private void requireOneToPin() {
    if (models.get().size() > 1 && weights.isPresent()) {
      throw new UsageException(
          "evaluate takes --model-sha256 with one --model only; a sweep file pins each of several");
    }
  }
}
