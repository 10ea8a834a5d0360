package io.prumerge.jobs;

import io.prumerge.Evaluation;
import io.prumerge.EvaluationResult;
import io.prumerge.console.Console;
import io.prumerge.console.Setting;
import io.prumerge.console.Texts;
import io.prumerge.console.UsageException;
import io.prumerge.console.Wording;
import io.prumerge.engine.ErrorKind;
import io.prumerge.location.CauseText;
import io.prumerge.metric.Metric;
import io.prumerge.mlflow.MlflowLog;
import io.prumerge.mlflow.MlflowServer;
import io.prumerge.plan.RunTarget;
import io.prumerge.reduction.MethodSpec;
import io.prumerge.report.MethodSummary;
import io.prumerge.run.DryRun;
import io.prumerge.store.Table;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Stack;
import java.util.function.Supplier;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.SparkSession;
import picocli.CommandLine.IParameterConsumer;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Options that several commands share, apart from the settings of jobs. */
final class SharedFlags {

  private SharedFlags() {}

  /** The methods of the commands that name them one by one. */
  static final class Methods {

    @Option(
        names = "--method",
        required = true,
        arity = "1..*",
        paramLabel = "SPEC",
        description =
            "Methods, each name or name:key=value,key=value; such as none, prumerge, prumerge+,"
                + " uniform.",
        parameterConsumer = Every.class)
    private List<MethodSpec> methods;

    List<MethodSpec> asked() {
      return methods;
    }

    /** Takes all values up to the next option: picocli takes a wrong one for no value of it. */
    private static final class Every implements IParameterConsumer {

      @Override
      public void consumeParameters(Stack<String> values, ArgSpec option, CommandSpec command) {
        List<MethodSpec> all = option.getValue();
        List<MethodSpec> methods = new ArrayList<>(all == null ? List.of() : all);
        if (values.isEmpty() || values.peek().startsWith("-")) {
          throw new MissingParameterException(
              command.commandLine(), option, "Missing required parameter for option '--method'");
        }
        List<String> texts = new ArrayList<>();
        while (!values.isEmpty() && !values.peek().startsWith("-")) {
          texts.add(values.pop());
        }
        try {
          methods.addAll(MethodSpec.parseAll(texts));
        } catch (IllegalArgumentException e) {
          throw new ParameterException(
              command.commandLine(),
              "Invalid value for option '--method': " + e.getMessage(),
              e,
              option,
              String.join(" ", texts));
        }
        option.setValue(methods);
      }
    }
  }

  /** Option of the commands with a report: additional comparisons. */
  static final class Contrasts {

    @Option(
        names = "--contrast",
        arity = "1..*",
        paramLabel = "A:B",
        description =
            "Also compare A with B, each METHOD or 'MODEL METHOD', spelled as for --method or as in"
                + " the report's tables, in addition to the comparisons of every report.")
    private List<String> asked = List.of();

    List<String> asked() {
      return asked;
    }
  }

  /** The examples of the commands whose file names some too. */
  static final class Examples {

    @Option(
        names = "--examples",
        arity = "1..*",
        paramLabel = "DIR",
        description = "Tables that prepare wrote, in place of the file's examples.")
    private List<String> folders = List.of();

    void give(Evaluation evaluation) {
      if (!folders.isEmpty()) {
        evaluation.examples(folders);
      }
    }
  }

  /** Option of the commands that can append to a catalog's tables. */
  static final class Tables {

    @Option(
        names = "--tables",
        paramLabel = "CATALOG.SCHEMA",
        description =
            "Also append predictions, scores and the report's tables to the tables of this schema,"
                + " each run once; creates missing tables.")
    private String schema;

    Optional<String> asked() {
      return Optional.ofNullable(schema);
    }
  }

  /** Options of the commands that can log a report to MLflow. */
  static final class Mlflow {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String EXPERIMENT = "prumerge-spark";
    private static final int LONGEST_REASON = 500;

    @Option(
        names = "--mlflow",
        paramLabel = "URI",
        description =
            "Also log settings, headline figures with intervals, costs and report.html to this"
                + " MLflow server; a failure is a warning.")
    private String uri;

    @Option(
        names = "--mlflow-experiment",
        paramLabel = "NAME",
        description = "Experiment of --mlflow, created if missing; default " + EXPERIMENT + ".")
    private String experiment;

    private Optional<MlflowServer> server = Optional.empty();

    /**
     * Checks the options before any work.
     *
     * @throws UsageException if the address is none, or is missing
     */
    void check() {
      if (uri == null && experiment != null) {
        throw new UsageException(
            Wording.of("%s requires %s", Setting.MLFLOW_EXPERIMENT, Setting.MLFLOW));
      }
      server =
          Optional.ofNullable(uri)
              .map(address -> MlflowServer.of(address, System.getenv(), PATIENCE));
    }

    /** Logs the report of a run, as {@link #log(Console, SparkSession, Supplier, String)}. */
    void log(Console console, SparkSession spark, EvaluationResult run) {
      log(
          console,
          spark,
          () ->
              MlflowLog.of(
                  Sessions.name(run.output()),
                  Table.RUNS.records(run.runs()),
                  MethodSummary.TABLE.records(run.summary()),
                  Metric.TABLE.records(run.metrics())),
          run.page());
    }

    /**
     * Logs a report, if that is asked. Whatever fails is a warning.
     *
     * @param report its tables
     * @param page where its page is
     */
    void log(Console console, SparkSession spark, Supplier<MlflowLog> report, String page) {
      if (server.isEmpty()) {
        return;
      }
      String named = experiment == null ? EXPERIMENT : experiment;
      try {
        Path path = new Path(page);
        byte[] bytes;
        try (InputStream in =
            path.getFileSystem(spark.sparkContext().hadoopConfiguration()).open(path)) {
          bytes = in.readAllBytes();
        }
        switch (report.get().send(server.get(), named, bytes)) {
          case LOGGED -> console.out().println("MLflow: " + server.get() + ", experiment " + named);
          case THERE_BEFORE ->
              console.out().println("MLflow: " + server.get() + " has this report already");
          case WITHOUT_PAGE ->
              console.warn(
                  "MLflow at %s takes no files, as it was started without an artifact proxy"
                      + " (--serve-artifacts): it has all but %s",
                  server.get(), page);
        }
      } catch (IOException | RuntimeException e) {
        console.warn(
            "Could not log to MLflow at %s: %s; the report is complete at %s",
            server.get(), Texts.inLine(CauseText.of(e), LONGEST_REASON), page);
      }
    }
  }

  /** Option of the commands that can ask errors again. */
  static final class Retry {

    @Option(
        names = "--retry-errors",
        arity = "0..*",
        paramLabel = "KIND",
        description =
            "With --resume: ask the answers with errors again, all or those of some kinds, such as"
                + " endpoint_failed or device_out_of_memory; then write the tables and the report"
                + " anew.")
    private List<ErrorKind> kinds;

    void give(RunTarget.Settings destination) {
      destination.retryErrors = kinds;
    }
  }

  /** Options of the commands with a dry run. */
  static final class Dry {

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
        evaluation.dryRun(json ? DryRun.Form.JSON : DryRun.Form.TABLES);
        return Optional.empty();
      }
      return Optional.of(evaluation.run());
    }
  }
}
