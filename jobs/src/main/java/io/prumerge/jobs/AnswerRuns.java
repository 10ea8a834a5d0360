package io.prumerge.jobs;

import static org.apache.spark.sql.functions.expr;

import io.prumerge.cost.RunEstimate;
import io.prumerge.report.Table;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** Asks every model of a run what is not committed yet, model by model and chunk by chunk. */
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
    int chunks = manifests.chunks();
    int tasks =
        dealing
            .partitions()
            .orElse(
                Slots.of(spark.sparkContext()).partitions(plan.plan().contents().images(), chunks));
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
            Dataset<Row> planned = plan.plan().chunk(chunk, chunks);
            Optional<ReusedAnswers> reused = reused(dealing, manifest, planned);
            Table.PREDICTIONS.write(
                reused.isPresent()
                    ? reused.get().predictions(predictions, tasks)
                    : predictions.of(planned, manifest.configuration().methods(), tasks),
                attempt.toString());
            lease.check();
            directory.commit(number, attempt);
            if (reused.isPresent()) {
              reused.get().keep(attempt);
            }
          }
        }
      }
      progress.done();
    }
  }

  private Optional<ReusedAnswers> reused(Dealing dealing, Manifest manifest, Dataset<Row> planned)
      throws IOException {
    if (dealing.answerCache().isEmpty()) {
      return Optional.empty();
    }
    Folders folders = new Folders(spark);
    Path root = folders.qualified("--answer-cache", dealing.answerCache().get());
    AnswerKey.Model model = AnswerKey.Model.of(manifest.configuration());
    AnswerCache cache = new AnswerCache(spark, folders.fileSystem(root), root, model);
    return Optional.of(new ReusedAnswers(spark, cache, manifest, planned));
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
