package io.prumerge.jobs;

import static org.apache.spark.sql.functions.expr;

import io.prumerge.cost.RunEstimate;
import io.prumerge.report.Table;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.function.IntSupplier;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * Asks every model of a run what is not committed yet, model by model and chunk by chunk, two of
 * these at a time.
 */
final class AnswerRuns {

  private final SparkSession spark;
  private final Console console;

  AnswerRuns(SparkSession spark, Console console) {
    this.spark = spark;
    this.console = console;
  }

  /** In how many parts a model's run is committed where nobody says so. */
  int chunks(Plan plan) {
    return Slots.of(spark.sparkContext()).chunks(plan.contents().images());
  }

  /**
   * Commits every chunk that is not.
   *
   * @param lease without which nothing is committed
   * @param dealing tasks per chunk, and where answers of other runs are
   */
  void run(
      RunPlan plan, Manifests manifests, RunDirectory directory, RunLease lease, Dealing dealing)
      throws IOException {
    SortedMap<Integer, Path> committed = directory.committed();
    if (!committed.isEmpty() && committed.lastKey() >= manifests.allChunks()) {
      throw new Failure(
          "Cannot go on with %s: chunk %d is committed, but its manifest.json counts %d chunks; put the file back that the run began with"
              .formatted(directory.root(), committed.lastKey(), manifests.allChunks()));
    }
    int chunks = manifests.chunks();
    IntSupplier tasks = () -> dealing.partitions().orElseGet(() -> partitions(plan, chunks));
    try (WorkCounter counter = new WorkCounter(spark.sparkContext());
        Progress progress =
            new Progress(
                console.err(),
                counter::done,
                before(plan, manifests, committed, directory),
                total(plan))) {
      for (int run = 0; run < plan.models().size(); run++) {
        Manifest manifest = manifests.runs().get(run);
        RunPlan.ModelPlan model = plan.models().get(run);
        WorkMeter meter = new WorkMeter(counter, model.estimate());
        ChunkAttempts attempts =
            new ChunkAttempts(
                spark,
                manifest,
                new Predictions(manifest, model.weights(), meter),
                directory,
                lease,
                dealing.answerCache(),
                tasks);
        List<InFlight.Piece> pieces = new ArrayList<>();
        for (int chunk = 0; chunk < chunks; chunk++) {
          int number = manifests.number(run, chunk);
          if (!committed.containsKey(number)) {
            Dataset<Row> planned = plan.plan().chunk(chunk, chunks);
            String description = "%s chunk %d of %d".formatted(manifest.runId(), chunk + 1, chunks);
            pieces.add(() -> attempts.answer(number, planned, description));
          }
        }
        // One model after another: a device may not have room for two.
        new InFlight(spark.sparkContext(), manifest.runId(), progress::warn).run(pieces);
      }
      progress.done();
    }
  }

  private int partitions(RunPlan plan, int chunks) {
    return Slots.of(spark.sparkContext()).partitions(plan.plan().contents().images(), chunks);
  }

  private static WorkDone total(RunPlan plan) {
    return plan.models().stream()
        .map(model -> new WorkDone(plan.answersPerModel(), plan.flops(model)))
        .reduce(WorkDone.NOTHING, WorkDone::plus);
  }

  /** What the committed chunks hold, in the counts of a {@link WorkMeter}. */
  private WorkDone before(
      RunPlan plan,
      Manifests manifests,
      SortedMap<Integer, Path> committed,
      RunDirectory directory) {
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
      if (estimate == null) {
        throw new Failure(
            "Cannot go on with %s: its chunks hold answers of run %s, its manifest.json is of %s; put the file back that the run began with"
                .formatted(directory.root(), run.getString(0), manifests.ids()));
      }
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
