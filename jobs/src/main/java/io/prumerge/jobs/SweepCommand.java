package io.prumerge.jobs;

import io.prumerge.report.SummaryTable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.apache.spark.sql.SparkSession;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code sweep}: {@code evaluate} over models and grids of methods that a file names. */
@Command(
    name = "sweep",
    description =
        "Asks several models all questions under every method of a file, with one pass over the images per model; scores, and reports on all together.")
final class SweepCommand implements Callable<Integer> {

  @Spec private CommandSpec spec;

  @Parameters(
      paramLabel = "FILE",
      description = "YAML: models, examples, methods and how to ask; see conf/sweeps.")
  private Path file;

  @Option(
      names = "--output",
      paramLabel = "DIR",
      description = "The sweep's folder, new or with --resume; needed without --dry-run.")
  private String output;

  @Mixin private StartFlags start;

  @Mixin private DryFlags dry;

  @Option(
      names = "--model",
      arity = "1..*",
      paramLabel = "DIR",
      description = "Hugging Face LLaVA folders in place of the file's models.")
  private List<String> models = List.of();

  @Option(
      names = "--examples",
      arity = "1..*",
      paramLabel = "DIR",
      description = "Tables that prepare wrote, in place of the file's examples.")
  private List<String> examples = List.of();

  @Mixin private RunFlags flags;

  @Override
  public Integer call() throws Exception {
    EvaluateOptions options = options();
    if (output == null && !dry.isAsked()) {
      throw new UsageException("sweep needs --output DIR, or --dry-run to show its plan");
    }
    try (Sessions sessions = Sessions.open("sweep")) {
      if (dry.isAsked()) {
        return new DryRun(sessions.session(), Console.of(spec.commandLine()))
            .show(options, Optional.ofNullable(output).map(this::target), dry.form());
      }
      return run(sessions.session(), options);
    }
  }

  private RunTarget target(String folder) {
    return new RunTarget(folder, start.start());
  }

  private EvaluateOptions options() throws IOException {
    SweepFile sweep = SweepFile.read(file);
    return new EvaluateOptions(
        given("models", "--model", models.stream().map(PinnedModel::any).toList(), sweep.models()),
        given("examples", "--examples", examples, sweep.examples()),
        sweep.methods(),
        flags.settings().over(sweep.settings()),
        flags.dealing());
  }

  private <T> List<T> given(String key, String option, List<T> onCommandLine, List<T> inFile) {
    List<T> given = onCommandLine.isEmpty() ? inFile : onCommandLine;
    if (given.isEmpty()) {
      throw new UsageException("%s names no %s; add them, or give %s".formatted(file, key, option));
    }
    return given;
  }

  private int run(SparkSession session, EvaluateOptions options) throws IOException {
    Console console = Console.of(spec.commandLine());
    return new Evaluate(
            session,
            console,
            plan -> new RunPreview(plan).print(console.quiet()),
            report -> console.table(SummaryTable.cells(report)))
        .run(options, target(output));
  }
}
