package io.prumerge.run;

import static org.apache.spark.sql.functions.col;

import io.prumerge.console.Console;
import io.prumerge.console.Failure;
import io.prumerge.console.JobDescription;
import io.prumerge.console.Phase;
import io.prumerge.console.Work;
import io.prumerge.lang.Text;
import io.prumerge.lease.DriverLease;
import io.prumerge.plan.ChunkedRows;
import io.prumerge.plan.ModelPlan;
import io.prumerge.plan.Plan;
import io.prumerge.plan.PlanContents;
import io.prumerge.plan.PlannedChunks;
import io.prumerge.plan.RunPlan;
import io.prumerge.plan.preflight.Slots;
import io.prumerge.run.cache.AnswerCache;
import io.prumerge.run.cache.ModelKey;
import io.prumerge.settings.RunOptions;
import io.prumerge.settings.RunSetting;
import io.prumerge.store.Folders;
import io.prumerge.store.Table;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.SortedMap;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.apache.hadoop.fs.Path;
import org.apache.spark.SparkContext;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
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

  /** Returns the default number of chunks of a model's run. */
  int chunks(RunPlan plan) {
    return Slots.of(spark.sparkContext()).chunks(plan.plan().contents().images(), plan.views());
  }

  /**
   * Answers and commits every open chunk, and every chunk with errors that are asked again.
   *
   * @param retry errors to ask again
   * @param lease lease that is required for every commit
   * @param settings tasks per chunk, the answer cache, and how answers are timed
   */
  void run(
      RunPlan plan,
      Manifests manifests,
      ErrorRetry retry,
      RunDirectory directory,
      DriverLease lease,
      RunOptions settings)
      throws IOException {
    boolean alone = settings.isTimedAlone();
    OptionalInt partitions = settings.number(RunSetting.PARTITIONS);
    SortedMap<Integer, ChunkMarker> committed = directory.markers();
    if (!committed.isEmpty() && committed.lastKey() >= manifests.allChunks()) {
      throw new Failure(
          Text.format(
              "Cannot resume %s: chunk %d is committed, but its manifest.json counts %d chunks;"
                  + " restore the original file",
              directory.root(), committed.lastKey(), manifests.allChunks()));
    }
    int chunks = manifests.chunks();
    Supplier<OptionalInt> tasks =
        () -> {
          if (alone) {
            return OptionalInt.of(1);
          }
          return partitions.isPresent()
              ? partitions
              : tasks(plan, manifests.runs().get(0).plannedChunks());
        };
    try (WorkCounter counter = new WorkCounter(spark.sparkContext(), total(plan));
        Phase answering =
            console.counted(
                "Answering",
                "answers",
                before(plan, manifests, committed, retry, directory),
                total(plan),
                counter::done,
                () -> "")) {
      for (int run = 0; run < plan.models().size(); run++) {
        Manifest manifest = manifests.runs().get(run);
        ModelPlan model = plan.models().get(run);
        WorkMeter meter = new WorkMeter(counter, plan.pass(model));
        List<Integer> open = open(manifests, run, committed.keySet());
        List<Integer> asked = asked(manifests, run, committed.keySet(), retry);
        Optional<RequestShare> share =
            model.endpoint().map(any -> share(plan, model, asked.size(), settings));
        Optional<FoundAnswers> found =
            console.during(
                "Looking answers up",
                spark.sparkContext(),
                () -> found(plan.plan(), manifest, open, directory, settings));
        ChunkAttempts attempts =
            new ChunkAttempts(
                spark,
                manifest,
                new Predictions(
                    Table.PREDICTIONS,
                    manifest,
                    model.weights(),
                    model.files(),
                    meter,
                    share.map(RequestShare::requests).orElse(1)),
                directory,
                lease,
                found,
                share.isPresent() ? () -> OptionalInt.of(share.get().tasks()) : tasks);
        List<WorkPiece> pieces = new ArrayList<>();
        for (int chunk : asked) {
          int number = manifests.number(run, chunk);
          Dataset<Row> planned = plan.plan().chunked(manifest.plannedChunks()).chunk(chunk);
          String description =
              Text.format(
                  "%s on %s, chunk %d of %d of run %s",
                  model.title(),
                  plan.plan().contents().names(),
                  chunk + 1,
                  chunks,
                  manifest.runId());
          pieces.add(
              committed.containsKey(number)
                  ? () -> attempts.answerAgain(committed.get(number), planned, retry, description)
                  : () -> attempts.answer(number, planned, description));
        }
        // One model after another: a device may not have memory for two.
        new InFlight(
                spark.sparkContext(),
                manifest.runId(),
                warning -> console.warn("%s", warning),
                alone ? 1 : share.map(RequestShare::chunks).orElse(InFlight.PIECES))
            .run(pieces);
        if (found.isPresent()) {
          found.get().delete();
        }
      }
      answering.done();
    }
  }

  /** Shares the requests to each server of a model among the tasks of its open chunks. */
  private RequestShare share(RunPlan plan, ModelPlan model, int open, RunOptions settings) {
    if (settings.isTimedAlone()) {
      return new RequestShare(1, 1, settings.get(RunSetting.TIMING_BATCH));
    }
    return RequestShare.of(
        plan.requests() / model.together(),
        Math.min(InFlight.PIECES, open),
        Slots.of(spark.sparkContext()).count(),
        settings.number(RunSetting.PARTITIONS));
  }

  /** Returns the chunks of a model's run that are not committed. */
  static List<Integer> open(Manifests manifests, int run, Set<Integer> committed) {
    return IntStream.range(0, manifests.chunks())
        .filter(chunk -> !committed.contains(manifests.number(run, chunk)))
        .boxed()
        .toList();
  }

  /** Returns the chunks of a model's run that are not committed, or have errors to ask again. */
  static List<Integer> asked(
      Manifests manifests, int run, Set<Integer> committed, ErrorRetry retry) {
    return IntStream.range(0, manifests.chunks())
        .filter(
            chunk -> {
              int number = manifests.number(run, chunk);
              return !committed.contains(number) || retry.chunks().containsKey(number);
            })
        .boxed()
        .toList();
  }

  /** Puts this thread's jobs into a run's group, and describes them by their step. */
  static void describe(SparkContext context, Manifest manifest, String step) {
    context.setJobGroup(manifest.runId(), JobDescription.of(context, step), false);
  }

  /** Looks up the answers to a model's open chunks in the answer cache, if there is one. */
  private Optional<FoundAnswers> found(
      Plan plan, Manifest manifest, List<Integer> open, RunDirectory directory, RunOptions settings)
      throws IOException {
    Folders folders = new Folders(spark);
    Optional<Path> root = AnswerCache.root(folders, settings.find(RunSetting.ANSWER_CACHE));
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
            directory.fileSystem(),
            directory.found()));
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
  private Work before(
      RunPlan plan,
      Manifests manifests,
      SortedMap<Integer, ChunkMarker> committed,
      ErrorRetry retry,
      RunDirectory directory) {
    Map<String, ModelPlan> models = new HashMap<>();
    for (int run = 0; run < plan.models().size(); run++) {
      models.put(manifests.runs().get(run).runId(), plan.models().get(run));
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
                directory.root(), counts.runId(), manifests.ids()));
      }
      ChunkCounts again = retry.chunks().getOrDefault(marker.chunk(), ChunkCounts.NONE);
      int methods = model.methods().size();
      PlanContents contents = plan.plan().contents();
      done =
          done.plus(counts.work(plan.work(model), methods, contents))
              .minus(again.work(plan.work(model), methods, contents));
    }
    return done;
  }
}
