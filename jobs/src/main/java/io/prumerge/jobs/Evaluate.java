package io.prumerge.jobs;

import static org.apache.spark.sql.functions.col;

import io.prumerge.cost.ModelShape;
import io.prumerge.page.PageSources;
import io.prumerge.page.ReportPages;
import io.prumerge.report.Inference;
import io.prumerge.report.Report;
import io.prumerge.report.Scores;
import io.prumerge.report.Table;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.function.Consumer;
import org.apache.hadoop.fs.Path;
import org.apache.spark.SparkContext;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** Runs models over examples in committed chunks, then scores and reports. */
final class Evaluate {

  /** The method that the others are compared with. */
  static final String BASELINE = "none";

  private static final int ROWS_PER_FILE = 200_000;

  private final SparkSession spark;
  private final Console console;
  private final Consumer<RunPlan> planned;
  private final Consumer<Report> finished;
  private final Folders folders;

  /**
   * @param planned is given what is going to be done, before it begins
   * @param finished is given the report of a run that has come to its end
   */
  Evaluate(
      SparkSession spark, Console console, Consumer<RunPlan> planned, Consumer<Report> finished) {
    this.spark = spark;
    this.console = console;
    this.planned = planned;
    this.finished = finished;
    this.folders = new Folders(spark);
  }

  /** Returns the exit code; all that can be refused is refused before the first task. */
  int run(EvaluateOptions options, RunTarget target) throws IOException {
    Path root = folders.qualified("--output", target.output());
    RunDirectory directory = new RunDirectory(root, folders.fileSystem(root));
    RunDirectory.State state = directory.state();
    refuse(state, target);
    if (state == RunDirectory.State.FINISHED) {
      return finishedBefore(directory);
    }
    Configurations configurations = new Configurations(spark, folders);
    RunPlan plan = configurations.plan(options);
    planned.accept(plan);
    List<RunConfiguration> resolved = configurations.resolve(options, plan);
    try (RunLease lease = lease(directory, target)) {
      return run(options, plan, resolved, directory, lease, target);
    }
  }

  /** Held from before the first file is written until after the last. */
  private RunLease lease(RunDirectory directory, RunTarget target) throws IOException {
    SparkContext context = spark.sparkContext();
    return RunLease.take(
        directory.leases(),
        LeaseHolder.here(context.applicationId()),
        target.start() == RunTarget.Start.TAKE_OVER
            ? RunLease.Claim.TAKE_OVER
            : RunLease.Claim.WITHDRAW,
        context::cancelAllJobs);
  }

  private int run(
      EvaluateOptions options,
      RunPlan plan,
      List<RunConfiguration> resolved,
      RunDirectory directory,
      RunLease lease,
      RunTarget target)
      throws IOException {
    RunDirectory.State state = directory.state(); // by now another driver may have been here
    refuse(state, target);
    if (state == RunDirectory.State.FINISHED) {
      return finishedBefore(directory);
    }
    AnswerRuns answers = new AnswerRuns(spark, console);
    OptionalInt chunks = options.dealing().chunks();
    Manifests manifests;
    if (state == RunDirectory.State.UNFINISHED) {
      manifests = directory.manifests();
      refuse(manifests, resolved, chunks, target);
    } else {
      manifests = Manifests.begin(chunks.orElse(answers.chunks(plan.plan())), resolved);
      directory.begin(manifests);
    }
    try {
      answers.run(plan, manifests, directory, lease, options.dealing());
      return finish(plan, manifests, directory, lease, options.maxErrorRate());
    } catch (RuntimeException e) {
      lease.check(); // which says why the jobs were cancelled
      throw e;
    }
  }

  private int finishedBefore(RunDirectory directory) throws IOException {
    console
        .out()
        .println("Run %s is complete: %s".formatted(directory.manifests().ids(), directory.root()));
    return ExitCode.DONE;
  }

  /** Refuses a folder in a state that does not go with what is asked for. */
  static void refuse(RunDirectory.State state, RunTarget target) {
    boolean resume = target.start() != RunTarget.Start.FRESH;
    String problem =
        switch (state) {
          case ABSENT -> null;
          case UNFINISHED ->
              resume ? null : "holds an unfinished run; go on with --resume or name a new folder";
          case FINISHED ->
              resume
                  ? null
                  : "holds a finished run; name a new folder, results are never overwritten";
          case FOREIGN -> "exists already and holds no run; name a new folder";
        };
    if (problem != null) {
      throw new UsageException("--output %s %s".formatted(target.output(), problem));
    }
  }

  private static void refuse(
      Manifests manifests, List<RunConfiguration> resolved, OptionalInt chunks, RunTarget target) {
    String differences = manifests.differences(resolved);
    if (chunks.isPresent() && chunks.getAsInt() != manifests.chunks()) {
      differences +=
          "%schunks was %d, is now %d"
              .formatted(differences.isEmpty() ? "" : "; ", manifests.chunks(), chunks.getAsInt());
    }
    if (!differences.isEmpty()) {
      throw new UsageException(
          "Cannot resume %s, it was started otherwise: %s".formatted(target.output(), differences));
    }
  }

  private int finish(
      RunPlan plan,
      Manifests manifests,
      RunDirectory directory,
      RunLease lease,
      double maxErrorRate)
      throws IOException {
    spark.sparkContext().setJobDescription(manifests.ids() + " report");
    lease.check();
    directory.clearTables();
    Dataset<Row> chunks =
        Table.PREDICTIONS.read(
            spark, directory.committed().values().stream().map(Path::toString).toList());
    int files = (int) (plan.answersPerModel() * plan.models().size() / ROWS_PER_FILE) + 1;
    Table.PREDICTIONS.write(
        // Sorting runs its input twice, which is why it is done on what was written.
        chunks.orderBy("run_id", "benchmark", "split", "method", "question_id").coalesce(files),
        directory.table(Table.PREDICTIONS));
    Dataset<Row> predictions =
        Table.PREDICTIONS.read(spark, List.of(directory.table(Table.PREDICTIONS)));
    Table.SCORES.write(
        Scores.of(predictions, plan.plan().references())
            .orderBy("run_id", "benchmark", "split", "method", "question_id", "profile")
            .coalesce(files),
        directory.table(Table.SCORES));
    Dataset<Row> scores = Table.SCORES.read(spark, List.of(directory.table(Table.SCORES)));
    Map<String, ModelShape> shapes = RunShapes.of(manifests.runs());
    Report report = Report.of(predictions, scores, Inference.against(BASELINE)).estimated(shapes);
    report.write(spark, directory::table);
    List<RunRecord> records =
        manifests.runs().stream()
            .map(run -> RunRecord.of(run, predictions.where(col("run_id").equalTo(run.runId()))))
            .toList();
    Table.RUNS.write(
        Table.RUNS.of(spark, records.stream().map(RunRecord::row).toList()).coalesce(1),
        directory.table(Table.RUNS));
    ReportPages.write(
        spark,
        new PageSources(
            directory.report().toString(),
            List.of(directory.table(Table.PREDICTIONS)),
            List.of(directory.table(Table.SCORES)),
            List.of(),
            shapes));
    lease.check();
    directory.complete();
    spark.sparkContext().setJobDescription(null);
    finished.accept(report);
    Caveats.of(report.results()).forEach(caveat -> console.warn("%s", caveat));
    console.out().println("Parquet: " + directory.root());
    console.out().println("Report: " + new Path(directory.report(), ReportPages.HTML));
    return verdict(records, maxErrorRate);
  }

  private int verdict(List<RunRecord> records, double maxErrorRate) {
    long errors = records.stream().mapToLong(RunRecord::errors).sum();
    if (errors == 0) {
      return ExitCode.DONE;
    }
    long rows = records.stream().mapToLong(RunRecord::rows).sum();
    double rate = (double) errors / rows;
    if (rate > maxErrorRate) {
      throw new Failure(
          "%,d of %,d answers are errors (%.1f %%), more than --max-error-rate %s allows; see the column error of predictions"
              .formatted(errors, rows, 100 * rate, maxErrorRate));
    }
    console.warn(
        "%,d of %,d answers are errors, counted as wrong; see the column error of predictions",
        errors, rows);
    return ExitCode.DONE;
  }
}
