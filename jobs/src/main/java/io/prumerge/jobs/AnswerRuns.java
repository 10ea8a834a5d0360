package io.prumerge.jobs;

import static org.apache.spark.sql.functions.expr;

import io.prumerge.cost.RunEstimate;
import io.prumerge.report.Table;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.SortedMap;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** Asks every model of a run what is not committed yet, model by model and chunk by chunk. */
final class AnswerRuns {

  /** Tasks per slot in a chunk: few enough to be long, many enough to even out. */
  private static final int TASKS_PER_SLOT = 4;

  /** Images per slot and chunk: what is lost at most when a run dies. */
  private static final int IMAGES_PER_SLOT = 64;

  private static final int MAX_CHUNKS = 64;

  private final SparkSession spark;
  private final Console console;

  AnswerRuns(SparkSession spark, Console console) {
    this.spark = spark;
    this.console = console;
  }

  private int slots() {
    int perTask = spark.sparkContext().getConf().getInt("spark.task.cpus", 1);
    return Math.max(1, spark.sparkContext().defaultParallelism() / perTask);
  }

  /** In how many parts a model's run is committed where nobody says so. */
  int chunks(Plan plan) {
    long perChunk = (long) slots() * IMAGES_PER_SLOT;
    return (int) Math.min(MAX_CHUNKS, (plan.images() + perChunk - 1) / perChunk);
  }

  /**
   * Commits every chunk that is not.
   *
   * @param partitions tasks per chunk; empty = by the task slots
   */
  void run(RunPlan plan, Manifests manifests, RunDirectory directory, OptionalInt partitions)
      throws IOException {
    SortedMap<Integer, Path> committed = directory.committed();
    int chunks = manifests.chunks();
    long perChunk = (plan.plan().images() + chunks - 1) / chunks;
    int tasks = partitions.orElse((int) Math.min(perChunk, (long) slots() * TASKS_PER_SLOT));
    try (WorkCounter counter = new WorkCounter(spark.sparkContext());
        Progress progress =
            new Progress(
                console.err(), counter::done, before(plan, manifests, committed), total(plan))) {
      for (int run = 0; run < plan.models().size(); run++) {
        Manifest manifest = manifests.runs().get(run);
        RunPlan.ModelPlan model = plan.models().get(run);
        WorkMeter meter = new WorkMeter(counter, model.estimate());
        Predictions predictions = new Predictions(manifest, model.weights(), meter);
        for (int chunk = 0; chunk < chunks; chunk++) {
          int number = manifests.number(run, chunk);
          if (!committed.containsKey(number)) {
            spark
                .sparkContext()
                .setJobDescription(
                    "%s chunk %d of %d".formatted(manifest.runId(), chunk + 1, chunks));
            Path attempt = directory.attempt(number);
            Table.PREDICTIONS.write(
                predictions.of(plan.plan().chunk(chunk, chunks), tasks), attempt.toString());
            directory.commit(number, attempt);
          }
        }
      }
      progress.done();
    }
  }

  private static WorkDone total(RunPlan plan) {
    return plan.models().stream()
        .map(model -> new WorkDone(plan.answersPerModel(), plan.flops(model)))
        .reduce(WorkDone.NOTHING, WorkDone::plus);
  }

  /** What the committed chunks hold, in the counts of a {@link WorkMeter}. */
  private WorkDone before(RunPlan plan, Manifests manifests, SortedMap<Integer, Path> committed) {
    if (committed.isEmpty()) {
      return WorkDone.NOTHING;
    }
    Map<String, RunEstimate> estimates = new HashMap<>();
    for (int run = 0; run < plan.models().size(); run++) {
      estimates.put(manifests.runs().get(run).runId(), plan.models().get(run).estimate());
    }
    List<Row> runs =
        Table.PREDICTIONS
            .read(spark, committed.values().stream().map(Path::toString).toList())
            .groupBy("run_id")
            .agg(
                expr("count(*)"),
                expr("count(DISTINCT benchmark, split, image_id)"),
                expr("count(image_id)"))
            .collectAsList();
    WorkDone done = WorkDone.NOTHING;
    for (Row run : runs) {
      RunEstimate estimate = estimates.get(run.getString(0));
      int methods = estimate.methods().size();
      long answers = run.getLong(1);
      long aboutImages = run.getLong(3);
      done =
          done.plus(
              new WorkDone(
                  answers,
                  estimate.flops(
                      run.getLong(2), aboutImages / methods, (answers - aboutImages) / methods)));
    }
    return done;
  }
}
