package io.prumerge.run;

import io.prumerge.console.Failure;
import io.prumerge.lang.Text;
import io.prumerge.lease.DriverLease;
import io.prumerge.store.Table;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Supplier;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * Makes attempts at the chunks of one model's run.
 *
 * @param directory directory that chunks are written to and committed in
 * @param lease lease that is required for every commit
 * @param found answers of other runs from the answer cache
 * @param tasks number of tasks that a chunk is repartitioned to, computed for each chunk since
 *     executors come and go; empty: no shuffle
 */
record ChunkAttempts(
    SparkSession spark,
    Manifest manifest,
    Predictions predictions,
    RunDirectory directory,
    DriverLease lease,
    Optional<FoundAnswers> found,
    Supplier<OptionalInt> tasks) {

  /**
   * Answers a chunk and commits it. Any thread may call it.
   *
   * @param number the chunk's number in its directory
   * @param planned the chunk's rows
   * @param description description of the Spark jobs in Spark's web page
   */
  void answer(int number, Dataset<Row> planned, String description) throws IOException {
    AnswerRuns.describe(spark.sparkContext(), manifest, description);
    long start = System.nanoTime();
    Path attempt = directory.attempt(number);
    Optional<ReusedAnswers> reused =
        found.map(
            all ->
                new ReusedAnswers(
                    all.cache(), manifest, planned, all.of(spark, number % manifest.chunks())));
    milestone("chunk_started", number).log();
    Table.PREDICTIONS.write(
        PairedTokens.told(
            reused.isPresent()
                ? reused.get().predictions(predictions, tasks.get())
                : predictions.of(planned, manifest.configuration().methods(), tasks.get()),
            manifest.configuration()),
        attempt.toString());
    ChunkCounts counts = ChunkCounts.of(attempt, directory.fileSystem());
    lease.check();
    directory.commit(number, attempt, counts);
    milestone("chunk_committed", number)
        .with("rows", counts.answers())
        .with("errors", counts.errors())
        .since(start)
        .log();
    if (reused.isPresent()) {
      reused.get().keep(Table.PREDICTIONS.written(spark, List.of(attempt.toString())));
    }
  }

  /**
   * Asks errors of a committed chunk again, and commits all of its answers. Any thread may call it.
   *
   * @param earlier marker of the committed attempt
   * @param planned the chunk's rows
   * @param description description of the Spark jobs in Spark's web page
   * @throws Failure if the examples have changed
   */
  void answerAgain(ChunkMarker earlier, Dataset<Row> planned, ErrorRetry retry, String description)
      throws IOException {
    AnswerRuns.describe(spark.sparkContext(), manifest, description);
    long start = System.nanoTime();
    Path attempt = directory.attempt(earlier.chunk());
    milestone("errors_asked", earlier.chunk()).log();
    Table.PREDICTIONS.write(
        PairedTokens.told(
            retry.predictions(
                directory.answers(spark, earlier),
                planned,
                predictions,
                manifest.configuration(),
                tasks.get()),
            manifest.configuration()),
        attempt.toString());
    ChunkCounts counts = ChunkCounts.of(attempt, directory.fileSystem());
    if (counts.answers() != earlier.counts().answers()) {
      throw new Failure(
          Text.format(
              "Cannot ask the errors of %s again: its chunk %d would hold %,d answers instead of"
                  + " %,d, because its examples changed; start in a new folder",
              directory.root(), earlier.chunk(), counts.answers(), earlier.counts().answers()));
    }
    lease.check();
    directory.commitAgain(earlier, attempt, counts);
    milestone("errors_answered", earlier.chunk())
        .with("rows", retry.chunks().get(earlier.chunk()).answers())
        .with("errors", counts.errors())
        .since(start)
        .log();
  }

  private Milestone milestone(String event, int number) {
    return Milestone.of(event).with("run_id", manifest.runId()).with("chunk", number);
  }
}
