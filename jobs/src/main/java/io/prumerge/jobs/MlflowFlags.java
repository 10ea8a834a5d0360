package io.prumerge.jobs;

import io.prumerge.console.Console;
import io.prumerge.console.Setting;
import io.prumerge.console.Texts;
import io.prumerge.console.UsageException;
import io.prumerge.console.Wording;
import io.prumerge.location.CauseText;
import io.prumerge.metric.Metric;
import io.prumerge.mlflow.MlflowLog;
import io.prumerge.mlflow.MlflowServer;
import io.prumerge.report.MethodSummary;
import io.prumerge.run.FinishedRun;
import io.prumerge.store.Table;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.SparkSession;
import picocli.CommandLine.Option;

/** Options of the commands that can log a report to MLflow. */
final class MlflowFlags {

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
  void log(Console console, SparkSession spark, FinishedRun run) {
    log(
        console,
        spark,
        () ->
            MlflowLog.of(
                Sessions.name(run.root().toString()),
                Table.RUNS.records(run.read(spark, Table.RUNS)),
                MethodSummary.TABLE.records(run.read(spark, MethodSummary.TABLE)),
                Metric.TABLE.records(run.read(spark, Metric.TABLE))),
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
