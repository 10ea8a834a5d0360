package io.prumerge.run;

import io.prumerge.console.Failure;
import io.prumerge.lang.Text;
import io.prumerge.store.Table;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SortedMap;
import java.util.function.Supplier;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * Makes attempts at the chunks of one model's run.
 *
 * @param model its place in the run, from 0
 * @param found answers of other runs from the answer cache
 * @param tasks number of tasks that a chunk is repartitioned to, computed for each chunk since
 *     executors come and go; empty: no shuffle
 */
record ChunkAttempts(
    SparkSession spark,
    StartedRun run,
    int model,
    Predictions predictions,
    Optional<FoundAnswers> found,
    Supplier<OptionalInt> tasks) {

  /**
   * Returns the work at a chunk: all of its answers, or the errors of a committed one that are
   * asked again. Any thread may do it.
   */
  WorkPiece piece(int chunk, SortedMap<Integer, ChunkMarker> committed) {
    int number = run.manifests().number(model, chunk);
    ChunkMarker earlier = committed.get(number);
    return earlier == null ? () -> answer(chunk, number) : () -> answerAgain(chunk, earlier);
  }

  private Manifest manifest() {
    return run.manifest(model);
  }

  private Dataset<Row> planned(int chunk) {
    return run.plan().plan().chunked(manifest().plannedChunks()).chunk(chunk);
  }

  /** Describes this thread's jobs in Spark's web page. */
  private void describe(int chunk) {
    AnswerRuns.describe(
        spark.sparkContext(),
        manifest(),
        Text.format(
            "%s on %s, chunk %d of %d of run %s",
            run.model(model).title(),
            run.plan().plan().contents().names(),
            chunk + 1,
            manifest().chunks(),
            manifest().runId()));
  }

  /**
   * Answers a chunk and commits it.
   *
   * @param number the chunk's number in its directory
   */
  private void answer(int chunk, int number) throws IOException {
    describe(chunk);
    long start = System.nanoTime();
    Path attempt = run.directory().attempt(number);
    Dataset<Row> planned = planned(chunk);
    Optional<ReusedAnswers> reused =
        found.map(all -> new ReusedAnswers(all.cache(), manifest(), planned, all.of(spark, chunk)));
    milestone("chunk_started", number).log();
    ChunkCounts counts =
        write(
            reused.isPresent()
                ? reused.get().predictions(predictions, tasks.get())
                : predictions.of(planned, manifest().configuration().methods(), tasks.get()),
            attempt);
    run.lease().check();
    run.directory().commit(number, attempt, counts);
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
   * Asks errors of a committed chunk again, and commits all of its answers.
   *
   * @param earlier marker of the committed attempt
   * @throws Failure if the examples have changed
   */
  private void answerAgain(int chunk, ChunkMarker earlier) throws IOException {
    describe(chunk);
    long start = System.nanoTime();
    RunDirectory directory = run.directory();
    ErrorRetry retry = run.retries().chunks();
    Path attempt = directory.attempt(earlier.chunk());
    milestone("errors_asked", earlier.chunk()).log();
    ChunkCounts counts =
        write(
            retry.predictions(
                directory.answers(spark, earlier),
                planned(chunk),
                predictions,
                manifest().configuration(),
                tasks.get()),
            attempt);
    if (counts.answers() != earlier.counts().answers()) {
      throw new Failure(
          Text.format(
              "Cannot ask the errors of %s again: its chunk %d would hold %,d answers instead of"
                  + " %,d, because its examples changed; start in a new folder",
              directory.root(), earlier.chunk(), counts.answers(), earlier.counts().answers()));
    }
    run.lease().check();
    directory.commitAgain(earlier, attempt, counts);
    milestone("errors_answered", earlier.chunk())
        .with("rows", retry.errors().get(earlier.chunk()).answers())
        .with("errors", counts.errors())
        .since(start)
        .log();
  }

  /** Writes an attempt, and counts what it holds. */
  private ChunkCounts write(Dataset<Row> answers, Path attempt) throws IOException {
    Table.PREDICTIONS.write(
        PairedTokens.told(
            run.words()
                .get(model)
                .told(answers, manifest().configuration().serversByMethod().keySet()),
            manifest().configuration()),
        attempt.toString());
    return ChunkCounts.of(attempt, run.directory().fileSystem());
  }

  private Milestone milestone(String event, int number) {
    return Milestone.of(event).with("run_id", manifest().runId()).with("chunk", number);
  }
}
