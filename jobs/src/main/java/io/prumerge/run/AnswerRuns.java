package io.prumerge.run;

import static org.apache.spark.sql.functions.col;

import io.prumerge.console.Console;
import io.prumerge.console.Failure;
import io.prumerge.console.JobDescription;
import io.prumerge.console.Phase;
import io.prumerge.console.Work;
import io.prumerge.lang.Text;
import io.prumerge.plan.ChunkedRows;
import io.prumerge.plan.ModelPlan;
import io.prumerge.plan.Plan;
import io.prumerge.plan.PlanContents;
import io.prumerge.plan.PlannedChunks;
import io.prumerge.plan.RunPlan;
import io.prumerge.plan.RunWork;
import io.prumerge.plan.preflight.Slots;
import io.prumerge.run.cache.AnswerCache;
import io.prumerge.run.cache.ModelKey;
import io.prumerge.settings.RunOptions;
import io.prumerge.settings.RunSetting;
import io.prumerge.store.Folders;
import io.prumerge.store.Table;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SortedMap;
import java.util.function.Supplier;
import org.apache.hadoop.fs.Path;
import org.apache.spark.SparkContext;
import org.apache.spark.sql.SparkSession;

/**
 * Answers the chunks of a run that are not committed yet, and asks errors of committed ones again:
 * one model after another, two chunks at a time.
 */
final class AnswerRuns {

  private final SparkSession spark;
  private final Console console;

  AnswerRuns(SparkSession spark, Console console) {
    this.spark = spark;
    this.console = console;
  }

  /** Answers and commits every open chunk, and every chunk with errors that are asked again. */
  void run(StartedRun run) throws IOException {
    SortedMap<Integer, ChunkMarker> committed = run.directory().markers();
    requireCounted(run, committed);
    Work total = total(run.plan());
    try (WorkCounter counter = new WorkCounter(spark.sparkContext(), total);
        Phase answering =
            console.counted(
                "Answering", "answers", before(run, committed), total, counter::done, () -> "")) {
      // One model after another: a device may not have memory for two.
      for (int model = 0; model < run.plan().models().size(); model++) {
        answer(run, model, committed, counter);
      }
      answering.done();
    }
  }

  private static void requireCounted(StartedRun run, SortedMap<Integer, ChunkMarker> committed) {
    int all = run.manifests().allChunks();
    if (!committed.isEmpty() && committed.lastKey() >= all) {
      throw new Failure(
          Text.format(
              "Cannot resume %s: chunk %d is committed, but its manifest.json counts %d chunks;"
                  + " restore the original file",
              run.directory().root(), committed.lastKey(), all));
    }
  }

  /** Answers the chunks of one model, from 0. */
  private void answer(
      StartedRun run, int number, SortedMap<Integer, ChunkMarker> committed, WorkCounter counter)
      throws IOException {
    Manifest manifest = run.manifest(number);
    ModelPlan model = run.model(number);
    List<Integer> asked = run.askedChunks(number, committed.keySet());
    Optional<RequestShare> share = model.endpoint().map(any -> share(run, model, asked.size()));
    Optional<FoundAnswers> found =
        console.during(
            "Looking answers up",
            spark.sparkContext(),
            () -> found(run, manifest, run.openChunks(number, committed.keySet())));
    ChunkAttempts attempts =
        new ChunkAttempts(
            spark,
            run,
            number,
            new Predictions(
                Table.PREDICTIONS,
                manifest,
                model.weights(),
                model.files(),
                new WorkMeter(counter, run.plan().pass(model)),
                share.map(RequestShare::requests).orElse(1)),
            found,
            tasks(run, manifest, share));
    new InFlight(
            spark.sparkContext(),
            manifest.runId(),
            warning -> console.warn("%s", warning),
            run.settings().isTimedAlone()
                ? 1
                : share.map(RequestShare::chunks).orElse(InFlight.PIECES))
        .run(asked.stream().map(chunk -> attempts.piece(chunk, committed)).toList());
    if (found.isPresent()) {
      found.get().delete();
    }
  }

  /** Puts this thread's jobs into a run's group, and describes them by their step. */
  static void describe(SparkContext context, Manifest manifest, String step) {
    context.setJobGroup(manifest.runId(), JobDescription.of(context, step), false);
  }

  /** Shares the requests to each server of a model among the tasks of its open chunks. */
  private RequestShare share(StartedRun run, ModelPlan model, int open) {
    RunOptions settings = run.settings();
    if (settings.isTimedAlone()) {
      return new RequestShare(1, 1, settings.get(RunSetting.TIMING_BATCH));
    }
    return RequestShare.of(
        run.plan().requests() / model.together(),
        Math.min(InFlight.PIECES, open),
        Slots.of(spark.sparkContext()).count(),
        settings.number(RunSetting.PARTITIONS));
  }

  /**
   * Returns the number of tasks that a chunk is repartitioned to, as {@link ChunkAttempts} asks.
   */
  private Supplier<OptionalInt> tasks(
      StartedRun run, Manifest manifest, Optional<RequestShare> share) {
    OptionalInt partitions =
        run.settings().isTimedAlone()
            ? OptionalInt.of(1)
            : share
                .map(one -> OptionalInt.of(one.tasks()))
                .orElseGet(() -> run.settings().number(RunSetting.PARTITIONS));
    return partitions.isPresent()
        ? () -> partitions
        : () -> tasks(run.plan(), manifest.plannedChunks());
  }

  /** Looks up the answers to a model's open chunks in the answer cache, if there is one. */
  private Optional<FoundAnswers> found(StartedRun run, Manifest manifest, List<Integer> open)
      throws IOException {
    Folders folders = new Folders(spark);
    Optional<Path> root = AnswerCache.root(folders, run.settings().find(RunSetting.ANSWER_CACHE));
    if (root.isEmpty() || open.isEmpty()) {
      return Optional.empty();
    }
    Environment environment = manifest.latest();
    ModelKey model =
        ModelKey.of(
            manifest.configuration(),
            environment.libtorchVersion(),
            environment.mklSetting(),
            environment.packSetting(),
            environment.javaVersion());
    Plan plan = run.plan().plan();
    AnswerCache cache = new AnswerCache(spark, folders.fileSystem(root.get()), root.get(), model);
    describe(spark.sparkContext(), manifest, "answer cache of run " + manifest.runId());
    return Optional.of(
        FoundAnswers.of(
            cache,
            model,
            manifest.configuration(),
            plan.chunked(manifest.plannedChunks())
                .numbered()
                .where(col(ChunkedRows.CHUNK).isin(open.toArray())),
            plan.contents().images() / manifest.chunks(),
            run.directory().fileSystem(),
            run.directory().found()));
  }

  /**
   * Returns the number of tasks that a chunk is repartitioned to; empty if it has enough files for
   * all slots, which then are read without a shuffle.
   */
  private OptionalInt tasks(RunPlan plan, PlannedChunks chunks) {
    Slots slots = Slots.of(spark.sparkContext());
    return plan.plan().chunked(chunks).filesPerChunk() >= slots.count()
        ? OptionalInt.empty()
        : OptionalInt.of(
            slots.partitions(plan.plan().contents().images(), plan.views(), chunks.count()));
  }

  private static Work total(RunPlan plan) {
    return plan.models().stream()
        .map(model -> new Work(plan.answers(model), plan.wholeWork(model)))
        .reduce(Work.NOTHING, Work::plus);
  }

  /**
   * Returns the work in the committed chunks without what is asked again, counted as by a {@link
   * WorkMeter}.
   */
  private static Work before(StartedRun run, SortedMap<Integer, ChunkMarker> committed) {
    Map<String, ModelPlan> models = new HashMap<>();
    for (int model = 0; model < run.plan().models().size(); model++) {
      models.put(run.manifest(model).runId(), run.model(model));
    }
    Work done = Work.NOTHING;
    for (ChunkMarker marker : committed.values()) {
      ChunkCounts counts = marker.counts();
      if (counts.answers() == 0) {
        continue;
      }
      ModelPlan model = models.get(counts.runId());
      if (model == null) {
        throw new Failure(
            Text.format(
                "Cannot resume %s: its chunks hold answers of run %s, but its manifest.json is for"
                    + " %s; restore the original file",
                run.directory().root(), counts.runId(), run.manifests().ids()));
      }
      ChunkCounts again =
          run.retries().chunks().errors().getOrDefault(marker.chunk(), ChunkCounts.NONE);
      RunWork work = run.plan().work(model);
      int methods = model.methods().size();
      PlanContents contents = run.plan().plan().contents();
      done =
          done.plus(counts.work(work, methods, contents))
              .minus(again.work(work, methods, contents));
    }
    return done;
  }
}
