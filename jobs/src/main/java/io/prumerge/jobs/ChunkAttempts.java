package io.prumerge.jobs;

import io.prumerge.report.Table;
import java.io.IOException;
import java.util.Optional;
import java.util.function.IntSupplier;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * Attempts at the chunks of one model's run.
 *
 * @param directory that they are written and committed in
 * @param lease without which nothing is committed
 * @param answerCache folder with answers of other runs
 * @param tasks that a chunk is dealt to, asked for each anew, as executors come and go
 */
record ChunkAttempts(
    SparkSession spark,
    Manifest manifest,
    Predictions predictions,
    RunDirectory directory,
    RunLease lease,
    Optional<String> answerCache,
    IntSupplier tasks) {

  /**
   * Answers a chunk and commits it, on any thread.
   *
   * @param number of the chunk in its directory
   * @param planned its rows
   * @param description of the Spark jobs, for those who watch them
   */
  void answer(int number, Dataset<Row> planned, String description) throws IOException {
    spark.sparkContext().setJobGroup(manifest.runId(), description, false);
    Path attempt = directory.attempt(number);
    Optional<ReusedAnswers> reused = reused(planned);
    Table.PREDICTIONS.write(
        reused.isPresent()
            ? reused.get().predictions(predictions, tasks.getAsInt())
            : predictions.of(planned, manifest.configuration().methods(), tasks.getAsInt()),
        attempt.toString());
    lease.check();
    directory.commit(number, attempt);
    if (reused.isPresent()) {
      reused.get().keep(attempt);
    }
  }

  private Optional<ReusedAnswers> reused(Dataset<Row> planned) throws IOException {
    if (answerCache.isEmpty()) {
      return Optional.empty();
    }
    Folders folders = new Folders(spark);
    Path root = folders.qualified("--answer-cache", answerCache.get());
    AnswerKey.Model model = AnswerKey.Model.of(manifest.configuration());
    AnswerCache cache = new AnswerCache(spark, folders.fileSystem(root), root, model);
    return Optional.of(new ReusedAnswers(spark, cache, manifest, planned));
  }
}
