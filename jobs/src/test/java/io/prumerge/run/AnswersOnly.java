package io.prumerge.run;

import io.prumerge.console.CommonOptions;
import io.prumerge.console.Console;
import io.prumerge.engine.ErrorKind;
import io.prumerge.lease.DriverLease;
import io.prumerge.plan.AskedExamples;
import io.prumerge.plan.EvaluateOptions;
import io.prumerge.reduction.MethodSpec;
import io.prumerge.settings.PinnedModel;
import io.prumerge.settings.RunSettings;
import io.prumerge.settings.TargetSettings;
import io.prumerge.store.Table;
import io.prumerge.store.WrittenRows;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.sql.SparkSession;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The last step of runs whose tests look at predictions only: no scores, report and pages. */
public final class AnswersOnly {

  /** Flags of {@code evaluate}. */
  private static final class Flags {

    @Option(names = "--model", arity = "1..*")
    private List<String> models;

    @Option(names = "--method", arity = "1..*")
    private List<String> methods;

    @Option(names = "--examples", arity = "1..*")
    private List<String> examples;

    @Option(names = "--retry-errors", arity = "0..*")
    private List<ErrorKind> retried;

    @Mixin private TargetSettings destination = new TargetSettings(CommonOptions.output(""));

    @Mixin private RunSettings settings = new RunSettings();
  }

  private AnswersOnly() {}

  /** Returns a command whose runs are complete with their predictions. */
  public static Evaluate evaluate(SparkSession spark, Console console) {
    return new Evaluate(spark, console, plan -> {}, report -> {}, AnswersOnly::write);
  }

  /**
   * Runs {@code evaluate} with flags of the command.
   *
   * @throws RuntimeException where the command would have an exit code
   */
  public static FinishedRun run(SparkSession spark, String... arguments) throws IOException {
    return run(spark, AnswersOnly::write, arguments);
  }

  /** Does the same with another last step. */
  static FinishedRun run(SparkSession spark, LastStep last, String... arguments)
      throws IOException {
    Flags flags = new Flags();
    new CommandLine(flags).setCaseInsensitiveEnumValuesAllowed(true).parseArgs(arguments);
    Optional.ofNullable(flags.retried).ifPresent(flags.destination::retryErrors);
    EvaluateOptions options =
        new EvaluateOptions(
            flags.models.stream()
                .map(PinnedModel::any)
                .flatMap(
                    model ->
                        model.quantized(flags.settings.quantizations(new RunSettings())).stream())
                .toList(),
            AskedExamples.in(flags.examples),
            flags.methods.stream().map(MethodSpec::parse).toList(),
            List.of(),
            flags.settings.options());
    return new Evaluate(spark, Console.SILENT, plan -> {}, report -> {}, last)
        .run(options, flags.destination.target());
  }

  private static RunOutput write(RunTables tables, DriverLease lease) throws IOException {
    tables
        .directory()
        .tables(tables.source(), lease)
        .commit(
            attempt -> {
              tables.writePredictions(attempt);
              return new WrittenRows(
                  tables.answers(),
                  tables.errors(),
                  Map.of(RunDirectory.place(Table.PREDICTIONS), tables.answers()),
                  tables.replies(attempt));
            });
    return new RunOutput(Optional.empty(), List.of());
  }
}
