package io.prumerge.run;

import static org.apache.spark.sql.functions.expr;

import io.prumerge.console.Console;
import io.prumerge.console.Failure;
import io.prumerge.console.Phase;
import io.prumerge.console.Work;
import io.prumerge.lease.DriverLease;
import io.prumerge.plan.ModelPlan;
import io.prumerge.plan.Parallelism;
import io.prumerge.plan.RunPlan;
import io.prumerge.plan.Slots;
import io.prumerge.prepare.ExampleKeys;
import io.prumerge.store.Table;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;
import org.apache.hadoop.fs.Path;
import org.apache.spark.SparkContext;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * Asks all questions of a run again, once its chunks are answered: each repeat in an order of its
 * own, which follows from its number, and in other tasks, so that other questions are computed
 * together. Each repeat of a model is committed as a whole. The answer cache is not used.
 */
final class RepeatRuns {

  private final SparkSession spark;
  private final Console console;

  RepeatRuns(SparkSession spark, Console console) {
    this.spark = spark;
    this.console = console;
  }

  /**
   * Answers and commits every repeat that is not committed yet.
   *
   * @param lease lease that is required for every commit
   * @throws Failure if a repeat has other questions than the run, because the examples changed
   */
  void run(
      RunPlan plan,
      Manifests manifests,
      RunDirectory directory,
      DriverLease lease,
      Parallelism parallelism)
      throws IOException {
    RunDirectory repeats = directory.repeats();
    int models = plan.models().size();
    List<Integer> open = repeats.openRepeats(plan.repeats(), models);
    if (open.isEmpty()) {
      return;
    }
    SparkContext context = spark.sparkContext();
    try (WorkCounter counter = new WorkCounter(context);
        Phase answering =
            console.counted(
                "Asking again",
                "answers",
                Work.NOTHING,
                open.stream()
                    .map(number -> plan.models().get(number % models))
                    .map(model -> new Work(plan.answers(model), plan.wholeWork(model)))
                    .reduce(Work.NOTHING, Work::plus),
                counter::done,
                () -> "")) {
      for (int run = 0; run < models; run++) { // a device may not have memory for two
        for (int number : open) {
          if (number % models == run) {
            ModelPlan model = plan.models().get(run);
            int repeat = 1 + number / models;
            Attempt attempt =
                new Attempt(
                    plan,
                    model,
                    manifests.runs().get(run),
                    repeat,
                    Shape.of(plan, model, Slots.of(context), parallelism, repeat));
            new InFlight(
                    context, attempt.manifest().runId(), warning -> console.warn("%s", warning), 1)
                .run(List.of(() -> answer(attempt, number, repeats, lease, counter)));
          }
        }
      }
      answering.done();
    }
  }

  private void answer(
      Attempt attempt, int number, RunDirectory repeats, DriverLease lease, WorkCounter counter)
      throws IOException {
    AnswerRuns.describe(spark.sparkContext(), attempt.manifest(), attempt.description());
    long start = System.nanoTime();
    Path folder = repeats.attempt(number);
    Table.PREDICTIONS.write(attempt.predictions(counter), folder.toString());
    ChunkCounts counts = ChunkCounts.of(folder, repeats.fileSystem());
    if (counts.answers() != attempt.plan().answers(attempt.model())) {
      throw new Failure(
          String.format(
              Locale.ROOT,
              "Cannot commit repeat %d of run %s: it holds %,d answers instead of the planned"
                  + " %,d, because its examples changed between two reads; start in a new folder"
                  + " with examples that stay the same",
              attempt.repeat(),
              attempt.manifest().runId(),
              counts.answers(),
              attempt.plan().answers(attempt.model())));
    }
    lease.check();
    repeats.commit(number, folder, counts);
    Milestone.of("repeat_committed")
        .with("run_id", attempt.manifest().runId())
        .with("repeat", attempt.repeat())
        .with("rows", counts.answers())
        .with("errors", counts.errors())
        .since(start)
        .log();
  }

  /**
   * Shuffles examples by a hash of their picture and the repeat's number, the rows of a picture to
   * one task and next to each other, as {@link Predictions#shuffle} does it.
   */
  static Dataset<Row> shuffle(Dataset<Row> examples, int tasks, int repeat) {
    Column order =
        expr(String.format(Locale.ROOT, "xxhash64(%s, %d)", ExampleKeys.PICTURE, repeat));
    return examples
        .repartition(tasks, order)
        .sortWithinPartitions(order, expr(ExampleKeys.PICTURE));
  }

  /**
   * How a repeat is cut.
   *
   * @param tasks number of tasks
   * @param requests requests of each task under way at an endpoint
   */
  private record Shape(int tasks, int requests) {

    /** Returns another number of tasks for each repeat, but never more that ask an endpoint. */
    static Shape of(
        RunPlan plan, ModelPlan model, Slots slots, Parallelism parallelism, int repeat) {
      if (model.endpoint().isPresent()) {
        AnswerRuns.RequestShare share =
            AnswerRuns.RequestShare.of(
                plan.requests() / model.together(), 1, slots.count(), parallelism.partitions());
        return new Shape(share.tasks(), share.requests());
      }
      int tasks = slots.partitions(plan.plan().contents().images(), 1);
      return new Shape(parallelism.partitions().orElse(tasks) + repeat, 1);
    }
  }

  /**
   * One repeat of one model.
   *
   * @param repeat its number, from 1
   */
  private record Attempt(
      RunPlan plan, ModelPlan model, Manifest manifest, int repeat, Shape shape) {

    Dataset<Row> predictions(WorkCounter counter) {
      Dataset<Row> examples =
          shuffle(plan.plan().numbered(manifest.plannedChunks()), shape.tasks(), repeat);
      return new Predictions(
              manifest,
              model.weights(),
              model.files(),
              new WorkMeter(counter, plan.work(model)),
              shape.requests())
          .of(examples, manifest.configuration().methods(), OptionalInt.empty());
    }

    String description() {
      return String.format(
          Locale.ROOT,
          "%s on %s, repeat %d of run %s",
          model.name(),
          plan.plan().contents().names(),
          repeat,
          manifest.runId());
    }
  }
}
