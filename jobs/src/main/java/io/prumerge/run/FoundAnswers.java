package io.prumerge.run;

import io.prumerge.plan.Plan;
import io.prumerge.plan.RunConfiguration;
import io.prumerge.run.cache.AnswerCache;
import io.prumerge.run.cache.KeyedQuestions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.List;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * The answers in an {@link AnswerCache} to the questions of one model's run. They are looked up
 * once for all chunks, because keys are hashes and each chunk would scan the whole cache. They are
 * stored in the run's folder, partitioned by chunk.
 *
 * @param cache cache that the answers come from, and that new answers go to
 * @param keys computes the questions' keys
 * @param fs file system of the run
 * @param folder folder within the run, with a sub-folder for each chunk with found answers
 */
record FoundAnswers(AnswerCache cache, KeyedQuestions keys, FileSystem fs, Path folder) {

  /** The columns that identify an answer within a run. */
  static final String[] QUESTION = {"benchmark", "split", "question_id", "method"};

  private static final StructType SCHEMA = KeyedQuestions.with(AnswerCache.ofTheAnswer());

  /**
   * Looks up the answers and writes them to {@code folder}.
   *
   * @param planned rows of the open chunks, with their {@link Plan#CHUNK}
   * @param folder folder that does not exist yet
   */
  static FoundAnswers of(
      AnswerCache cache,
      RunConfiguration configuration,
      Dataset<Row> planned,
      FileSystem fs,
      Path folder)
      throws IOException {
    KeyedQuestions keys = KeyedQuestions.of(configuration);
    Dataset<Row> answers = cache.answers().drop("method");
    keys.of(planned)
        .join(answers, AnswerCache.KEY)
        // Concurrent runs may have added the same answer.
        .dropDuplicates(QUESTION)
        .select(columns(SCHEMA.add(Plan.CHUNK, DataTypes.IntegerType)))
        .repartition(functions.col(Plan.CHUNK))
        .write()
        .partitionBy(Plan.CHUNK)
        .parquet(folder.toString());
    return new FoundAnswers(cache, keys, fs, folder);
  }

  private static Column[] columns(StructType columns) {
    return Arrays.stream(columns.fieldNames()).map(functions::col).toArray(Column[]::new);
  }

  /** Returns the answers to one chunk's questions, with the keyed questions. */
  Dataset<Row> of(SparkSession spark, int chunk) {
    Path part = new Path(folder, Plan.CHUNK + "=" + chunk);
    try {
      if (!fs.exists(part)) {
        return spark.createDataFrame(List.of(), SCHEMA);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot list " + folder, e);
    }
    return spark.read().schema(SCHEMA).parquet(part.toString());
  }

  /** Deletes the folder, after the last chunk. */
  void delete() throws IOException {
    fs.delete(folder, true);
  }
}
