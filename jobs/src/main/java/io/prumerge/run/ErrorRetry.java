package io.prumerge.run;

import static org.apache.spark.sql.functions.array_join;
import static org.apache.spark.sql.functions.broadcast;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.collect_list;
import static org.apache.spark.sql.functions.collect_set;
import static org.apache.spark.sql.functions.explode;
import static org.apache.spark.sql.functions.expr;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.not;
import static org.apache.spark.sql.functions.sort_array;

import io.prumerge.console.Failure;
import io.prumerge.engine.ErrorKind;
import io.prumerge.lang.Text;
import io.prumerge.prepare.ExampleKeys;
import io.prumerge.settings.RunConfiguration;
import io.prumerge.store.CompleteTables;
import java.io.IOException;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;

/**
 * The errors in committed chunks that are asked again. A chunk with such errors gets another whole
 * attempt: its other rows are copied, and these are asked anew.
 *
 * @param kinds kinds of errors
 * @param errors what chunks with such errors hold of them, by the chunk's number
 */
record ErrorRetry(Set<ErrorKind> kinds, SortedMap<Integer, ChunkCounts> errors) {

  private static final String QUESTIONS = "questions";
  private static final String METHODS = "methods";
  private static final String AGAIN = "again";

  /** No method's name has one. */
  private static final String SEPARATOR = "\n";

  ErrorRetry {
    errors = Collections.unmodifiableSortedMap(new TreeMap<>(errors));
  }

  /**
   * Looks for the errors of a run.
   *
   * @param kinds kinds of errors; none: nothing is asked again
   * @throws Failure if the run is finished, but its chunks are gone
   */
  static ErrorRetry of(SparkSession spark, RunDirectory directory, Set<ErrorKind> kinds)
      throws IOException {
    SortedMap<Integer, ChunkCounts> found = new TreeMap<>();
    if (!kinds.isEmpty()) {
      requireChunks(directory);
      for (ChunkMarker chunk : directory.markers().values()) {
        if (chunk.counts().errors() > 0) {
          Row asked =
              directory
                  .answers(spark, chunk)
                  .where(isOneOf(kinds))
                  .selectExpr("count(*)", "count(image_id)")
                  .first();
          long answers = asked.getLong(0);
          ChunkCounts errors =
              new ChunkCounts(chunk.counts().runId(), answers, answers, asked.getLong(1));
          if (errors.answers() > 0) {
            found.put(chunk.chunk(), errors);
          }
        }
      }
    }
    return new ErrorRetry(kinds, found);
  }

  private static void requireChunks(RunDirectory directory) throws IOException {
    if (directory.state() != RunState.FINISHED) {
      return;
    }
    Optional<CompleteTables> completed = directory.completed();
    long held = directory.held().answers();
    if (completed.isPresent() && completed.get().answers() != held) {
      throw new Failure(
          Text.format(
              "Cannot ask the errors of %s again: its chunks hold %,d of its %,d answers; restore"
                  + " its folder _chunks, or start in a new folder",
              directory.root(), held, completed.get().answers()));
    }
  }

  private static Column isOneOf(Set<ErrorKind> kinds) {
    Object[] names = kinds.stream().map(kind -> kind.name().toLowerCase(Locale.ROOT)).toArray();
    return expr("coalesce(substring_index(error, ':', 1), '')").isin(names);
  }

  boolean isEmpty() {
    return errors.isEmpty();
  }

  /** Returns the number of answers that are asked again. */
  long answers() {
    return errors.values().stream().mapToLong(ChunkCounts::answers).sum();
  }

  /**
   * Returns all answers of a chunk. Lazy: the model runs when the rows are written.
   *
   * @param before the chunk's committed answers
   * @param planned the chunk's planned rows
   * @param tasks as in {@link Predictions}
   */
  Dataset<Row> predictions(
      Dataset<Row> before,
      Dataset<Row> planned,
      Predictions predictions,
      RunConfiguration configuration,
      OptionalInt tasks) {
    boolean byFirst = configuration.reducesByFirst();
    Column failed = isOneOf(kinds);
    Dataset<Row> all = before.where(not(failed));
    Dataset<Row> errors = before.where(failed);
    Dataset<Row> images = images(errors, planned);
    List<String> groups =
        images.select(METHODS).distinct().collectAsList().stream()
            .map(row -> row.getString(0))
            .sorted()
            .toList();
    for (String methods : groups) {
      // The errors of one chunk are few enough to go to every task; no image is shuffled.
      Dataset<Row> these = broadcast(images.where(col(METHODS).equalTo(lit(methods))));
      Dataset<Row> asked = planned.join(these.drop(METHODS), ExampleKeys.columns());
      if (!byFirst) { // otherwise the image's first question decides what the others see
        asked =
            asked.withColumn(
                QUESTIONS, expr("filter(questions, q -> array_contains(again, q.question_id))"));
      }
      all =
          all.unionByName(
              predictions
                  .of(asked.drop(AGAIN), List.of(methods.split(SEPARATOR)), tasks)
                  .join(
                      errors.select(columns(ReusedAnswers.QUESTION)),
                      ReusedAnswers.QUESTION,
                      "left_semi")
                  .selectExpr(before.columns()));
    }
    return all;
  }

  /** Returns the images with errors: their keys, the methods and the questions to ask. */
  private static Dataset<Row> images(Dataset<Row> errors, Dataset<Row> planned) {
    Dataset<Row> questions =
        errors
            .groupBy("benchmark", "split", "question_id")
            .agg(array_join(sort_array(collect_set("method")), SEPARATOR).as(METHODS));
    return planned
        .select(
            Stream.concat(
                    Stream.of(columns(ExampleKeys.columns())),
                    Stream.of(explode(col("questions.question_id")).as("question_id")))
                .toArray(Column[]::new))
        .join(broadcast(questions), new String[] {"benchmark", "split", "question_id"})
        .groupBy(
            Stream.concat(Stream.of(ExampleKeys.columns()), Stream.of(METHODS))
                .map(functions::col)
                .toArray(Column[]::new))
        .agg(collect_list("question_id").as(AGAIN));
  }

  private static Column[] columns(String... names) {
    return Stream.of(names).map(functions::col).toArray(Column[]::new);
  }
}
