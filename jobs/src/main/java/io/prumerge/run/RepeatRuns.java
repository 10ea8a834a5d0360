package io.prumerge.run;

import static org.apache.spark.sql.functions.expr;

import io.prumerge.console.Console;
import io.prumerge.console.Failure;
import io.prumerge.console.Phase;
import io.prumerge.console.Work;
import io.prumerge.lang.Text;
import io.prumerge.plan.ModelPlan;
import io.prumerge.plan.RunPlan;
import io.prumerge.plan.preflight.Slots;
import io.prumerge.prepare.ExampleKeys;
import io.prumerge.settings.RunSetting;
import io.prumerge.store.RepeatedRow;
import java.io.IOException;
import java.util.List;
import java.util.OptionalInt;
import java.util.SortedMap;
import java.util.SortedSet;
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
   * Answers and commits every repeat that is not committed yet, and asks errors of the others
   * again.
   *
   * @throws Failure if a repeat has other questions than the run, because the examples changed
   */
  void run(StartedRun run) throws IOException {
    SortedSet<Integer> asked = run.askedRepeats();
    if (asked.isEmpty()) {
      return;
    }
    SortedMap<Integer, ChunkMarker> committed = run.directory().repeats().markers();
    SparkContext context = spark.sparkContext();
    int models = run.plan().models().size();
    Work total = asked.stream().map(number -> work(run, number)).reduce(Work.NOTHING, Work::plus);
    try (WorkCounter counter = new WorkCounter(context, total);
        Phase answering =
            console.counted(
                "Asking again", "answers", Work.NOTHING, total, counter::done, () -> "")) {
      for (int model = 0; model < models; model++) { // a device may not have memory for two
        for (int number : asked) {
          if (number % models == model) {
            Attempt attempt = Attempt.of(run, number, Slots.of(context));
            ChunkMarker earlier = committed.get(number);
            new InFlight(
                    context, attempt.manifest().runId(), warning -> console.warn("%s", warning), 1)
                .run(
                    List.of(
                        earlier == null
                            ? () -> answer(attempt, counter)
                            : () -> answerAgain(attempt, earlier, counter)));
          }
        }
      }
      answering.done();
    }
  }

  /** Returns the work of a repeat, or of its errors that are asked again. */
  private static Work work(StartedRun run, int number) {
    RunPlan plan = run.plan();
    ModelPlan model = run.model(number % plan.models().size());
    ChunkCounts errors = run.retries().repeats().errors().get(number);
    return errors == null
        ? new Work(plan.answers(model), plan.wholeWork(model))
        : errors.work(plan.work(model), model.methods().size(), plan.plan().contents());
  }

  private void answer(Attempt attempt, WorkCounter counter) throws IOException {
    AnswerRuns.describe(spark.sparkContext(), attempt.manifest(), attempt.description());
    long start = System.nanoTime();
    RunDirectory repeats = attempt.run().directory().repeats();
    Path folder = repeats.attempt(attempt.number());
    RepeatedRow.TABLE.write(attempt.answers(counter), folder.toString());
    ChunkCounts counts = counted(attempt, folder, repeats);
    attempt.run().lease().check();
    repeats.commit(attempt.number(), folder, counts);
    attempt
        .milestone("repeat_committed")
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
  private void answerAgain(Attempt attempt, ChunkMarker earlier, WorkCounter counter)
      throws IOException {
    AnswerRuns.describe(spark.sparkContext(), attempt.manifest(), attempt.description());
    long start = System.nanoTime();
    RunDirectory repeats = attempt.run().directory().repeats();
    ErrorRetry retry = attempt.run().retries().repeats();
    Path folder = repeats.attempt(earlier.chunk());
    RepeatedRow.TABLE.write(
        retry.predictions(
            repeats.answers(spark, earlier),
            attempt.planned(),
            attempt.predictions(counter),
            attempt.manifest().configuration(),
            OptionalInt.of(attempt.share().tasks())),
        folder.toString());
    ChunkCounts counts = counted(attempt, folder, repeats);
    attempt.run().lease().check();
    repeats.commitAgain(earlier, folder, counts);
    attempt
        .milestone("repeat_errors_answered")
        .with("rows", retry.errors().get(earlier.chunk()).answers())
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
    long planned = attempt.run().plan().answers(attempt.model());
    if (counts.answers() != planned) {
      throw new Failure(
          Text.format(
              "Cannot commit repeat %d of run %s: it holds %,d answers instead of the planned"
                  + " %,d, because its examples changed between two reads; start in a new folder"
                  + " with examples that stay the same",
              attempt.repeat(), attempt.manifest().runId(), counts.answers(), planned));
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
   * One repeat of one model.
   *
   * @param number in the folder of repeats: the first ones of all models come first
   * @param repeat its number among the model's, from 1
   * @param share its tasks, and the requests of each to an endpoint
   */
  private record Attempt(
      StartedRun run,
      int number,
      ModelPlan model,
      Manifest manifest,
      int repeat,
      RequestShare share) {

    /** Takes another number of tasks for each repeat, but never more that ask an endpoint. */
    static Attempt of(StartedRun run, int number, Slots slots) {
      RunPlan plan = run.plan();
      int models = plan.models().size();
      ModelPlan model = run.model(number % models);
      int repeat = 1 + number / models;
      OptionalInt partitions = run.settings().number(RunSetting.PARTITIONS);
      int tasks =
          partitions.orElse(slots.partitions(plan.plan().contents().images(), plan.views(), 1));
      RequestShare share =
          model.endpoint().isPresent()
              ? RequestShare.of(plan.requests() / model.together(), 1, slots.count(), partitions)
              : new RequestShare(1, tasks + repeat, 1);
      return new Attempt(run, number, model, run.manifest(number % models), repeat, share);
    }

    /** Returns the rows of all questions, as they are planned. */
    Dataset<Row> planned() {
      return run.plan().plan().chunked(manifest.plannedChunks()).numbered();
    }

    Predictions predictions(WorkCounter counter) {
      return new Predictions(
          RepeatedRow.TABLE,
          manifest,
          model.weights(),
          model.files(),
          new WorkMeter(counter, run.plan().work(model)),
          share.requests());
    }

    Dataset<Row> answers(WorkCounter counter) {
      return predictions(counter)
          .of(
              shuffle(planned(), share.tasks(), repeat),
              manifest.configuration().methods(),
              OptionalInt.empty());
    }

    String description() {
      return Text.format(
          "%s on %s, repeat %d of run %s",
          model.title(), run.plan().plan().contents().names(), repeat, manifest.runId());
    }

    Milestone milestone(String event) {
      return Milestone.of(event).with("run_id", manifest.runId()).with("repeat", repeat);
    }
  }
}
