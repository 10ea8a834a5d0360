package io.prumerge.run;

import static org.apache.spark.sql.functions.col;

import io.prumerge.checkpoint.TensorType;
import io.prumerge.console.Console;
import io.prumerge.console.Failure;
import io.prumerge.console.Setting;
import io.prumerge.console.UsageException;
import io.prumerge.console.Wording;
import io.prumerge.cost.ModelShape;
import io.prumerge.metric.Caveats;
import io.prumerge.metric.Inference;
import io.prumerge.plan.Configurations;
import io.prumerge.plan.EvaluateOptions;
import io.prumerge.plan.RunConfiguration;
import io.prumerge.plan.RunPlan;
import io.prumerge.plan.RunTarget;
import io.prumerge.report.Report;
import io.prumerge.report.page.PageSources;
import io.prumerge.report.page.ReportPages;
import io.prumerge.run.lease.LeaseHolder;
import io.prumerge.run.lease.RunLease;
import io.prumerge.score.Scores;
import io.prumerge.spark.ExecutorDevices;
import io.prumerge.store.CatalogTables;
import io.prumerge.store.Folders;
import io.prumerge.store.Table;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Consumer;
import org.apache.hadoop.fs.Path;
import org.apache.spark.SparkContext;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** Runs models over examples in committed chunks, then scores and reports. */
public final class Evaluate {

  private static final int ROWS_PER_FILE = 200_000;

  private final SparkSession spark;
  private final Console console;
  private final Consumer<RunPlan> planned;
  private final Consumer<Report> finished;
  private final Folders folders;
  private final List<String> warnings = new ArrayList<>();

  /**
   * @param planned is given what is going to be done, before it begins
   * @param finished is given the report of a run that has come to its end
   */
  public Evaluate(
      SparkSession spark, Console console, Consumer<RunPlan> planned, Consumer<Report> finished) {
    this.spark = spark;
    this.console = console;
    this.planned = planned;
    this.finished = finished;
    this.folders = new Folders(spark);
  }

  /**
   * All that can be refused is refused before the first task.
   *
   * @throws Failure after the report, when too many answers are errors
   */
  public FinishedRun run(EvaluateOptions options, RunTarget target) throws IOException {
    Optional<CatalogTables> catalog =
        target.tables().map(schema -> CatalogTables.of(spark, schema));
    Path root = folders.qualified(Setting.OUTPUT, target.output());
    RunDirectory directory = new RunDirectory(root, folders.fileSystem(root));
    RunDirectory.State state = directory.state();
    refuse(state, target);
    if (state == RunDirectory.State.FINISHED) {
      return finishedBefore(directory, target, catalog);
    }
    Configurations configurations = new Configurations(spark, folders);
    RunPlan plan = configurations.plan(options);
    planned.accept(plan);
    List<RunConfiguration> resolved = configurations.resolve(options, plan);
    try (RunLease lease = lease(directory, target)) {
      return run(options, plan, resolved, directory, lease, target, catalog);
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

  private FinishedRun run(
      EvaluateOptions options,
      RunPlan plan,
      List<RunConfiguration> resolved,
      RunDirectory directory,
      RunLease lease,
      RunTarget target,
      Optional<CatalogTables> catalog)
      throws IOException {
    RunDirectory.State state = directory.state(); // by now another driver may have been here
    refuse(state, target);
    if (state == RunDirectory.State.FINISHED) {
      append(catalog, directory, directory.manifests().runIds());
      return finishedBefore(directory);
    }
    AnswerRuns answers = new AnswerRuns(spark, console);
    OptionalInt chunks = options.dealing().chunks();
    Manifests manifests;
    if (state == RunDirectory.State.UNFINISHED) {
      manifests = directory.manifests();
      refuse(manifests, resolved, chunks, target);
      Environment now = environment(plan, resolved);
      String differences = manifests.latest().differences(now);
      if (!differences.isEmpty()) {
        refuseUnlessAllowed(differences, target);
        manifests = manifests.changed(now);
        directory.change(manifests);
      }
    } else {
      manifests =
          Manifests.begin(
              chunks.orElse(answers.chunks(plan.plan())), environment(plan, resolved), resolved);
    }
    Inference inference = Inference.against(Inference.BASELINE);
    inference =
        inference.comparing(
            RunContrasts.of(manifests.runs(), options.contrasts(), inference.baseline()));
    if (state != RunDirectory.State.UNFINISHED) {
      directory.begin(manifests);
    }
    Milestone.of("plan")
        .with("run_id", String.join(",", manifests.runs().stream().map(Manifest::runId).toList()))
        .with("output", directory.root())
        .with("models", plan.models().size())
        .with("images", plan.plan().contents().images())
        .with("answers", plan.answersPerModel() * plan.models().size())
        .with("chunks", manifests.allChunks())
        .with("committed", directory.committed().size())
        .log();
    try (CallersJobs jobs = new CallersJobs(spark.sparkContext())) {
      answers.run(plan, manifests, directory, lease, options.dealing());
      jobs.describe(manifests.ids() + " report");
      return finish(plan, manifests, directory, lease, inference, catalog, options.maxErrorRate());
    } catch (RuntimeException e) {
      lease.check(); // which says why the jobs were cancelled
      throw e;
    }
  }

  private FinishedRun finishedBefore(
      RunDirectory directory, RunTarget target, Optional<CatalogTables> catalog)
      throws IOException {
    if (catalog.isPresent()) {
      try (RunLease lease = lease(directory, target)) { // two drivers might append twice
        lease.check();
        append(catalog, directory, directory.manifests().runIds());
      }
    }
    return finishedBefore(directory);
  }

  private FinishedRun finishedBefore(RunDirectory directory) throws IOException {
    Manifests manifests = directory.manifests();
    console
        .out()
        .println(
            String.format(
                Locale.ROOT, "Run %s is complete: %s", manifests.ids(), directory.root()));
    return new FinishedRun(directory, manifests.runIds(), warnings);
  }

  /** Refuses a folder in a state that does not go with what is asked for. */
  static void refuse(RunDirectory.State state, RunTarget target) {
    boolean resume = target.start() != RunTarget.Start.FRESH;
    Wording problem =
        switch (state) {
          case ABSENT -> null;
          case UNFINISHED ->
              resume
                  ? null
                  : Wording.of(
                      "holds an unfinished run; go on with %s or name a new folder",
                      Setting.RESUME);
          case FINISHED ->
              resume
                  ? null
                  : Wording.plain(
                      "holds a finished run; name a new folder, results are never overwritten");
          case FOREIGN -> Wording.plain("exists already and holds no run; name a new folder");
        };
    if (problem != null) {
      throw new UsageException(Wording.of("%s %s %s", Setting.OUTPUT, target.output(), problem));
    }
  }

  private static void refuse(
      Manifests manifests, List<RunConfiguration> resolved, OptionalInt chunks, RunTarget target) {
    String differences = manifests.differences(resolved);
    if (chunks.isPresent() && chunks.getAsInt() != manifests.chunks()) {
      differences +=
          String.format(
              Locale.ROOT,
              "%schunks was %d, is now %d",
              differences.isEmpty() ? "" : "; ",
              manifests.chunks(),
              chunks.getAsInt());
    }
    if (!differences.isEmpty()) {
      throw new UsageException(
          String.format(
              Locale.ROOT,
              "Cannot resume %s, it was started otherwise: %s",
              target.output(),
              differences));
    }
  }

  /** What the executors that are there would answer with; all models have the same settings. */
  private Environment environment(RunPlan plan, List<RunConfiguration> resolved) {
    List<ExecutorDevices.OnHost> all = new ArrayList<>();
    for (TensorType stored : plan.weightTypes()) {
      List<ExecutorDevices.OnHost> executors =
          Environment.executors(spark.sparkContext(), resolved.get(0), stored);
      String mixture = Environment.mixture(executors);
      if (!mixture.isEmpty()) {
        warn(
            "%s auto comes to %s, so answers depend on where they are made; name one dtype",
            Setting.DTYPE, mixture);
      }
      all.addAll(executors);
    }
    return Environment.of(all);
  }

  private void refuseUnlessAllowed(String differences, RunTarget target) {
    if (!target.allowCodeChange()) {
      throw new UsageException(
          Wording.of(
              "Cannot resume %s: what answers has changed: %s; go back to what it was, or go on with %s, which the manifest records",
              target.output(), differences, Setting.ALLOW_CODE_CHANGE));
    }
    warn("what answers has changed: %s", differences);
  }

  private FinishedRun finish(
      RunPlan plan,
      Manifests manifests,
      RunDirectory directory,
      RunLease lease,
      Inference inference,
      Optional<CatalogTables> catalog,
      double maxErrorRate)
      throws IOException {
    long start = System.nanoTime();
    lease.check();
    directory.clearTables();
    Dataset<Row> chunks =
        Table.PREDICTIONS.written(
            spark, directory.committed().values().stream().map(Path::toString).toList());
    long planned = plan.answersPerModel() * plan.models().size();
    requireAll(chunks.count(), planned, directory);
    Table.PREDICTIONS.write(chunks, directory.table(Table.PREDICTIONS), ROWS_PER_FILE);
    Dataset<Row> predictions =
        Table.PREDICTIONS.written(spark, List.of(directory.table(Table.PREDICTIONS)));
    Table.SCORES.write(
        Scores.of(predictions, plan.plan().references()), directory.table(Table.SCORES));
    Dataset<Row> scores = Table.SCORES.written(spark, List.of(directory.table(Table.SCORES)));
    Map<String, ModelShape> shapes = RunShapes.of(manifests.runs());
    Report report = Report.of(predictions, scores, inference).estimated(shapes);
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
            plan.rows(),
            shapes));
    records.stream().filter(run -> run.dtypes().size() > 1).forEach(this::warnOfMixture);
    lease.check();
    directory.complete();
    records.forEach(
        record ->
            Milestone.of("report")
                .with("run_id", record.manifest().runId())
                .with("output", directory.report())
                .with("rows", record.rows())
                .with("errors", record.errors())
                .since(start)
                .log());
    append(catalog, directory, manifests.runIds());
    finished.accept(report);
    Caveats.of(report.results()).forEach(caveat -> warn("%s", caveat));
    console.out().println("Parquet: " + directory.root());
    console.out().println("Report: " + new Path(directory.report(), ReportPages.HTML));
    tolerate(records, maxErrorRate);
    return new FinishedRun(directory, manifests.runIds(), warnings);
  }

  private void warnOfMixture(RunRecord run) {
    warn(
        "Run %s has answers in %s, from %s: they are not comparable to the last digit; see the columns dtype and host of predictions",
        run.manifest().runId(), String.join(" and ", run.dtypes()), String.join(", ", run.hosts()));
  }

  private void append(Optional<CatalogTables> catalog, RunDirectory directory, List<String> runs) {
    catalog.ifPresent(
        tables -> tables.append(runs, table -> table.read(spark, List.of(directory.table(table)))));
  }

  /** Examples that are no files of ours may give other rows each time they are read. */
  private static void requireAll(long answers, long planned, RunDirectory directory) {
    if (answers != planned) {
      throw new Failure(
          String.format(
              Locale.ROOT,
              "Cannot finish %s: it holds %,d answers, planned were %,d, as its examples gave other rows when they were read again; begin in a new folder with examples that stay the same",
              directory.root(),
              answers,
              planned));
    }
  }

  private void tolerate(List<RunRecord> records, double maxErrorRate) {
    long errors = records.stream().mapToLong(RunRecord::errors).sum();
    if (errors == 0) {
      return;
    }
    long rows = records.stream().mapToLong(RunRecord::rows).sum();
    double rate = (double) errors / rows;
    if (rate > maxErrorRate) {
      throw new Failure(
          Wording.of(
              "%,d of %,d answers are errors (%.1f %%), more than %s %s allows; see the column error of predictions",
              errors, rows, 100 * rate, Setting.MAX_ERROR_RATE, maxErrorRate));
    }
    warn(
        "%,d of %,d answers are errors, counted as wrong; see the column error of predictions",
        errors, rows);
  }

  /** Shows a warning, and keeps it for those who call from code. */
  private void warn(String format, Object... values) {
    console.warn(format, values);
    warnings.add(Wording.of(format, values).inCode());
  }
}
