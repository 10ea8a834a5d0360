package io.prumerge.jobs;

import io.prumerge.report.Inference;
import io.prumerge.report.Report;
import io.prumerge.report.Scores;
import io.prumerge.report.Table;
import java.io.IOException;
import java.util.List;
import java.util.SortedMap;
import java.util.function.Consumer;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** Runs the model over examples in committed chunks, then scores and reports. */
final class Evaluate {

  /** The method that the others are compared with. */
  static final String BASELINE = "none";

  /** Tasks per slot in a chunk: few enough to be long, many enough to even out. */
  private static final int TASKS_PER_SLOT = 4;

  /** Images per slot and chunk: what is lost at most when a run dies. */
  private static final int IMAGES_PER_SLOT = 64;

  private static final int MAX_CHUNKS = 64;
  private static final int ROWS_PER_FILE = 200_000;

  private final SparkSession spark;
  private final Console console;
  private final Consumer<Report> finished;
  private final Folders folders;

  /**
   * @param finished is given the report of a run that has come to its end
   */
  Evaluate(SparkSession spark, Console console, Consumer<Report> finished) {
    this.spark = spark;
    this.console = console;
    this.finished = finished;
    this.folders = new Folders(spark);
  }

  /** Returns the exit code; all that can be refused is refused before the first task. */
  int run(EvaluateOptions options) throws IOException {
    Path root = folders.qualified("--output", options.output());
    RunDirectory directory = new RunDirectory(root, folders.fileSystem(root));
    RunDirectory.State state = directory.state();
    refuse(state, options);
    if (state == RunDirectory.State.FINISHED) {
      console.out().println("Run " + directory.manifest().runId() + " is complete: " + root);
      return ExitCode.DONE;
    }
    Configurations configurations = new Configurations(spark, folders);
    configurations.check(options);
    Plan plan = Plan.of(spark, configurations.examples(options), options.limit());
    RunConfiguration configuration = configurations.resolve(options, plan);
    Manifest manifest;
    if (state == RunDirectory.State.UNFINISHED) {
      manifest = directory.manifest();
      refuse(manifest, configuration, options);
    } else {
      manifest = Manifest.begin(options.chunks().orElse(chunks(plan)), configuration);
      directory.begin(manifest);
    }
    predict(plan, manifest, directory, options);
    return finish(plan, manifest, directory, options);
  }

  private static void refuse(RunDirectory.State state, EvaluateOptions options) {
    boolean resume = options.start() == EvaluateOptions.Start.RESUME;
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
      throw new UsageException("--output %s %s".formatted(options.output(), problem));
    }
  }

  private static void refuse(
      Manifest manifest, RunConfiguration configuration, EvaluateOptions options) {
    String differences = manifest.configuration().differences(configuration);
    if (options.chunks().isPresent() && options.chunks().getAsInt() != manifest.chunks()) {
      differences +=
          "%schunks was %d, is now %d"
              .formatted(
                  differences.isEmpty() ? "" : "; ",
                  manifest.chunks(),
                  options.chunks().getAsInt());
    }
    if (!differences.isEmpty()) {
      throw new UsageException(
          "Cannot resume %s, it was started otherwise: %s"
              .formatted(options.output(), differences));
    }
  }

  private int slots() {
    int perTask = spark.sparkContext().getConf().getInt("spark.task.cpus", 1);
    return Math.max(1, spark.sparkContext().defaultParallelism() / perTask);
  }

  private int chunks(Plan plan) {
    long perChunk = (long) slots() * IMAGES_PER_SLOT;
    return (int) Math.min(MAX_CHUNKS, (plan.images() + perChunk - 1) / perChunk);
  }

  private void predict(
      Plan plan, Manifest manifest, RunDirectory directory, EvaluateOptions options)
      throws IOException {
    SortedMap<Integer, Path> committed = directory.committed();
    long before = committed.isEmpty() ? 0 : predictions(committed).count();
    long total = plan.questions() * options.methods().size();
    long perChunk = (plan.images() + manifest.chunks() - 1) / manifest.chunks();
    int partitions =
        options.partitions().orElse((int) Math.min(perChunk, (long) slots() * TASKS_PER_SLOT));
    try (AnswerCounter counter = new AnswerCounter(spark.sparkContext());
        Progress progress = new Progress(console.err(), counter::count, before, total)) {
      Predictions predictions = new Predictions(manifest, counter.answered());
      for (int chunk = 0; chunk < manifest.chunks(); chunk++) {
        if (!committed.containsKey(chunk)) {
          spark
              .sparkContext()
              .setJobDescription(
                  "%s chunk %d of %d".formatted(manifest.runId(), chunk + 1, manifest.chunks()));
          Path attempt = directory.attempt(chunk);
          Table.PREDICTIONS.write(
              predictions.of(plan.chunk(chunk, manifest.chunks()), partitions), attempt.toString());
          directory.commit(chunk, attempt);
        }
      }
      progress.done();
    }
  }

  private Dataset<Row> predictions(SortedMap<Integer, Path> committed) {
    return Table.PREDICTIONS.read(spark, committed.values().stream().map(Path::toString).toList());
  }

  private int finish(Plan plan, Manifest manifest, RunDirectory directory, EvaluateOptions options)
      throws IOException {
    spark.sparkContext().setJobDescription(manifest.runId() + " report");
    directory.clearTables();
    Dataset<Row> chunks = predictions(directory.committed());
    int files = (int) (plan.questions() * options.methods().size() / ROWS_PER_FILE) + 1;
    Table.PREDICTIONS.write(
        // Sorting runs its input twice, which is why it is done on what was written.
        chunks.orderBy("benchmark", "split", "method", "question_id").coalesce(files),
        directory.table(Table.PREDICTIONS));
    Dataset<Row> predictions =
        Table.PREDICTIONS.read(spark, List.of(directory.table(Table.PREDICTIONS)));
    Table.SCORES.write(
        Scores.of(predictions, plan.references())
            .orderBy("benchmark", "split", "method", "question_id", "profile")
            .coalesce(files),
        directory.table(Table.SCORES));
    Dataset<Row> scores = Table.SCORES.read(spark, List.of(directory.table(Table.SCORES)));
    Report report = Report.of(predictions, scores, Inference.against(BASELINE));
    report.write(spark, directory::table);
    RunRecord record = RunRecord.of(manifest, predictions);
    Table.RUNS.write(
        Table.RUNS.of(spark, List.of(record.row())).coalesce(1), directory.table(Table.RUNS));
    directory.complete();
    spark.sparkContext().setJobDescription(null);
    finished.accept(report);
    Caveats.of(report.results()).forEach(caveat -> console.warn("%s", caveat));
    console.out().println("Parquet: " + directory.root());
    return verdict(record, options.maxErrorRate());
  }

  private int verdict(RunRecord record, double maxErrorRate) {
    if (record.errors() == 0) {
      return ExitCode.DONE;
    }
    double rate = (double) record.errors() / record.rows();
    if (rate > maxErrorRate) {
      throw new Failure(
          "%,d of %,d answers are errors (%.1f %%), more than --max-error-rate %s allows; see the column error of predictions"
              .formatted(record.errors(), record.rows(), 100 * rate, maxErrorRate));
    }
    console.warn(
        "%,d of %,d answers are errors, counted as wrong; see the column error of predictions",
        record.errors(), record.rows());
    return ExitCode.DONE;
  }
}
