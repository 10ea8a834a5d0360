package io.prumerge.run;

import static org.apache.spark.sql.functions.expr;

import io.prumerge.console.Console;
import io.prumerge.console.Failure;
import io.prumerge.console.Phase;
import io.prumerge.console.Work;
import io.prumerge.lang.Text;
import io.prumerge.lease.DriverLease;
import io.prumerge.plan.ModelPlan;
import io.prumerge.plan.RunPlan;
import io.prumerge.plan.preflight.Slots;
import io.prumerge.prepare.ExampleKeys;
import io.prumerge.store.RepeatedRow;
import java.io.IOException;
import java.util.List;
import java.util.OptionalInt;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeSet;
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
   * Returns the numbers of the repeats that are not committed, or have errors to ask again.
   *
   * @param repeats the folder of {@link RunDirectory#repeats}
   */
  static SortedSet<Integer> asked(RunDirectory repeats, RunPlan plan, ErrorRetry retry)
      throws IOException {
    SortedSet<Integer> asked =
        new TreeSet<>(repeats.openRepeats(plan.repeats(), plan.models().size()));
    asked.addAll(retry.chunks().keySet());
    return asked;
  }

  /**
   * Answers and commits every repeat that is not committed yet, and asks errors of the others
   * again.
   *
   * @param retry errors to ask again
   * @param repeats the folder of {@link RunDirectory#repeats}
   * @param lease lease that is required for every commit
   * @param partitions tasks of each repeat; empty: by the task slots
   * @throws Failure if a repeat has other questions than the run, because the examples changed
   */
  void run(
      RunPlan plan,
      Manifests manifests,
      ErrorRetry retry,
      RunDirectory repeats,
      DriverLease lease,
      OptionalInt partitions)
      throws IOException {
    int models = plan.models().size();
    SortedSet<Integer> asked = asked(repeats, plan, retry);
    if (asked.isEmpty()) {
      return;
    }
    SortedMap<Integer, ChunkMarker> committed = repeats.markers();
    SparkContext context = spark.sparkContext();
    Work total =
        asked.stream()
            .map(number -> work(plan, plan.models().get(number % models), number, retry))
            .reduce(Work.NOTHING, Work::plus);
    try (WorkCounter counter = new WorkCounter(context, total);
        Phase answering =
            console.counted(
                "Asking again", "answers", Work.NOTHING, total, counter::done, () -> "")) {
      for (int run = 0; run < models; run++) { // a device may not have memory for two
        for (int number : asked) {
          if (number % models == run) {
            ModelPlan model = plan.models().get(run);
            int repeat = 1 + number / models;
            Attempt attempt =
                new Attempt(
                    plan,
                    model,
                    manifests.runs().get(run),
                    repeat,
                    Shape.of(plan, model, Slots.of(context), partitions, repeat));
            ChunkMarker earlier = committed.get(number);
            new InFlight(
                    context, attempt.manifest().runId(), warning -> console.warn("%s", warning), 1)
                .run(
                    List.of(
                        earlier == null
                            ? () -> answer(attempt, number, repeats, lease, counter)
                            : () -> answerAgain(attempt, earlier, retry, repeats, lease, counter)));
          }
        }
      }
      answering.done();
    }
  }

  /** Returns the work of a repeat, or of its errors that are asked again. */
  private static Work work(RunPlan plan, ModelPlan model, int number, ErrorRetry retry) {
    ChunkCounts errors = retry.chunks().get(number);
    return errors == null
        ? new Work(plan.answers(model), plan.wholeWork(model))
        : errors.work(plan.work(model), model.methods().size(), plan.plan().contents());
  }

  private void answer(
      Attempt attempt, int number, RunDirectory repeats, DriverLease lease, WorkCounter counter)
      throws IOException {
    AnswerRuns.describe(spark.sparkContext(), attempt.manifest(), attempt.description());
    long start = System.nanoTime();
    Path folder = repeats.attempt(number);
    RepeatedRow.TABLE.write(attempt.answers(counter), folder.toString());
    ChunkCounts counts = counted(attempt, folder, repeats);
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
   * Asks errors of a committed repeat again, and commits all of its answers.
   *
   * @param earlier marker of the committed attempt
   */
  private void answerAgain(
      Attempt attempt,
      ChunkMarker earlier,
      ErrorRetry retry,
      RunDirectory repeats,
      DriverLease lease,
      WorkCounter counter)
      throws IOException {
    AnswerRuns.describe(spark.sparkContext(), attempt.manifest(), attempt.description());
    long start = System.nanoTime();
    Path folder = repeats.attempt(earlier.chunk());
    RepeatedRow.TABLE.write(
        retry.predictions(
            repeats.answers(spark, earlier),
            attempt.planned(),
            attempt.predictions(counter),
            attempt.manifest().configuration(),
            OptionalInt.of(attempt.shape().tasks())),
        folder.toString());
    ChunkCounts counts = counted(attempt, folder, repeats);
    lease.check();
    repeats.commitAgain(earlier, folder, counts);
    Milestone.of("repeat_errors_answered")
        .with("run_id", attempt.manifest().runId())
        .with("repeat", attempt.repeat())
        .with("rows", retry.chunks().get(earlier.chunk()).answers())
        .with("errors", counts.errors())
        .since(start)
        .log();
  }

  /**
   * Counts an attempt's answers.
   *
   * @throws Failure if they are not as many as are planned
   */
  private static ChunkCounts counted(Attempt attempt, Path folder, RunDirectory repeats)
      throws IOException {
    ChunkCounts counts = ChunkCounts.of(folder, repeats.fileSystem());
    if (counts.answers() != attempt.plan().answers(attempt.model())) {
      throw new Failure(
          Text.format(
              "Cannot commit repeat %d of run %s: it holds %,d answers instead of the planned"
                  + " %,d, because its examples changed between two reads; start in a new folder"
                  + " with examples that stay the same",
              attempt.repeat(),
              attempt.manifest().runId(),
              counts.answers(),
              attempt.plan().answers(attempt.model())));
    }
    return counts;
  }

  /**
   * Shuffles examples by a hash of their picture and the repeat's number, the rows of a picture to
   * one task and next to each other, as {@link Predictions#shuffle} does it.
   */
  static Dataset<Row> shuffle(Dataset<Row> examples, int tasks, int repeat) {
    Column order = expr(Text.format("xxhash64(%s, %d)", ExampleKeys.PICTURE, repeat));
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
        RunPlan plan, ModelPlan model, Slots slots, OptionalInt partitions, int repeat) {
      if (model.endpoint().isPresent()) {
        RequestShare share =
            RequestShare.of(plan.requests() / model.together(), 1, slots.count(), partitions);
        return new Shape(share.tasks(), share.requests());
      }
      int tasks = slots.partitions(plan.plan().contents().images(), plan.views(), 1);
      return new Shape(partitions.orElse(tasks) + repeat, 1);
    }
  }

  /**
   * One repeat of one model.
   *
   * @param repeat its number, from 1
   */
  private record Attempt(
      RunPlan plan, ModelPlan model, Manifest manifest, int repeat, Shape shape) {

    /** Returns the rows of all questions, as they are planned. */
    Dataset<Row> planned() {
      return plan.plan().chunked(manifest.plannedChunks()).numbered();
    }

    Predictions predictions(WorkCounter counter) {
      return new Predictions(
          RepeatedRow.TABLE,
          manifest,
          model.weights(),
          model.files(),
          new WorkMeter(counter, plan.work(model)),
          shape.requests());
    }

    Dataset<Row> answers(WorkCounter counter) {
      return predictions(counter)
          .of(
              shuffle(planned(), shape.tasks(), repeat),
              manifest.configuration().methods(),
              OptionalInt.empty());
    }

    String description() {
      return Text.format(
          "%s on %s, repeat %d of run %s",
          model.title(), plan.plan().contents().names(), repeat, manifest.runId());
    }
  }
}
