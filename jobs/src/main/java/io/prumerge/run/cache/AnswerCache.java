package io.prumerge.run.cache;

import static org.apache.spark.sql.functions.col;

import io.prumerge.store.Table;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * Answers that runs have left for others, in a folder for each {@link AnswerKey.Model}. Who adds
 * some makes a new folder in it, whose {@code _SUCCESS} comes last; nothing is ever changed, so any
 * number of runs may read and add at once, and all of it may be deleted while none does.
 */
public final class AnswerCache {

  /** The column that holds an {@link AnswerKey#sha256()}. */
  public static final String KEY = "key";

  /** Columns that say which question of which run it is, and the error that none here has. */
  private static final Set<String> OF_THE_QUESTION =
      Set.of(
          "run_id",
          "model",
          "benchmark",
          "split",
          "image_id",
          "image_sha256",
          "question_id",
          "category",
          "error");

  private static final StructType SCHEMA = schema();

  private static final String WHOLE = "_SUCCESS";

  private final SparkSession spark;
  private final FileSystem fs;
  private final Path folder;

  /**
   * @param root of all models' answers; need not be there yet
   */
  public AnswerCache(SparkSession spark, FileSystem fs, Path root, AnswerKey.Model model) {
    this.spark = spark;
    this.fs = fs;
    this.folder = new Path(root, model.sha256());
  }

  private static StructType schema() {
    StructType schema = new StructType().add(KEY, DataTypes.StringType);
    for (StructField field : Table.PREDICTIONS.schema().fields()) {
      schema = OF_THE_QUESTION.contains(field.name()) ? schema : schema.add(field);
    }
    return schema;
  }

  /** What is said of an answer, whichever question it is of: not its key, not its method. */
  public static StructType ofTheAnswer() {
    StructType columns = new StructType();
    for (StructField field : SCHEMA.fields()) {
      columns =
          field.name().equals(KEY) || field.name().equals("method") ? columns : columns.add(field);
    }
    return columns;
  }

  /**
   * {@link #KEY} and what {@link Table#PREDICTIONS} says of the answer itself; a key may stand
   * there more than once, as any number of runs add at the same time.
   */
  public Dataset<Row> answers() throws IOException {
    List<String> parts = new ArrayList<>();
    if (fs.exists(folder)) {
      for (FileStatus part : fs.listStatus(folder)) {
        if (fs.exists(new Path(part.getPath(), WHOLE))) {
          parts.add(part.getPath().toString());
        }
      }
    }
    return parts.isEmpty()
        ? spark.createDataFrame(List.of(), SCHEMA)
        : spark.read().schema(SCHEMA).parquet(parts.toArray(String[]::new));
  }

  /**
   * Adds answers.
   *
   * @param answers {@link #KEY} and rows of {@link Table#PREDICTIONS}; those with an error are left
   *     out
   */
  public void add(Dataset<Row> answers) {
    answers
        .where("error IS NULL")
        .selectExpr(Arrays.stream(SCHEMA.fieldNames()).toArray(String[]::new))
        // As many files as they are worth, which Spark decides from their bytes.
        .repartition(col(KEY))
        .write()
        .parquet(new Path(folder, UUID.randomUUID().toString()).toString());
  }
}
