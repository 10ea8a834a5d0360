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
 * What an {@link AnswerCache} holds of a model's run, looked up once for all its chunks: keys are
 * hashes, so each chunk would have to look through the whole cache. Lies in a folder of the run,
 * part by part as the chunks are.
 *
 * @param cache where it comes from, and where what was lacking goes
 * @param keys makes the questions' keys
 * @param fs the run's
 * @param folder of the run's own, with a sub-folder for each chunk of which something was found
 */
record FoundAnswers(AnswerCache cache, KeyedQuestions keys, FileSystem fs, Path folder) {

  /** What names an answer within a run. */
  static final String[] QUESTION = {"benchmark", "split", "question_id", "method"};

  private static final StructType SCHEMA = KeyedQuestions.with(AnswerCache.ofTheAnswer());

  /**
   * Looks the answers up.
   *
   * @param planned rows of the run's open chunks with their {@link Plan#CHUNK}
   * @param folder is not there yet
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
        // Runs that went on at the same time may have left the same answer.
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

  /** The answers to one chunk's questions: their keyed questions, and what was answered. */
  Dataset<Row> of(SparkSession spark, int chunk) {
    Path part = new Path(folder, Plan.CHUNK + "=" + chunk);
    try {
      if (!fs.exists(part)) {
        return spark.createDataFrame(List.of(), SCHEMA);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot look into " + folder, e);
    }
    return spark.read().schema(SCHEMA).parquet(part.toString());
  }

  /** Removes the folder, once no chunk needs it any more. */
  void delete() throws IOException {
    fs.delete(folder, true);
  }
}
