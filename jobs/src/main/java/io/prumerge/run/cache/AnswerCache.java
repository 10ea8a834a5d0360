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
 * Answers that runs share, in one folder per {@link AnswerKey.Model}. Each addition is a new
 * sub-folder, with {@code _SUCCESS} written last. Nothing is changed later, so any number of runs
 * may read and add at the same time. The cache may be deleted while no run uses it.
 */
public final class AnswerCache {

  /** The column with an {@link AnswerKey#sha256()}. */
  public static final String KEY = "key";

  /** Columns that identify the question and the run, and the error, which no cached answer has. */
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
   * Opens the cache of one model.
   *
   * @param root folder of all models' answers; need not exist yet
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

  /** Returns the columns about the answer alone, without its key and method. */
  public static StructType ofTheAnswer() {
    StructType columns = new StructType();
    for (StructField field : SCHEMA.fields()) {
      columns =
          field.name().equals(KEY) || field.name().equals("method") ? columns : columns.add(field);
    }
    return columns;
  }

  /**
   * Reads the answers: {@link #KEY} and the columns of {@link Table#PREDICTIONS} about the answer.
   * A key may occur more than once, since runs add at the same time.
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
   * @param answers {@link #KEY} and rows of {@link Table#PREDICTIONS}; answers with an error are
   *     left out
   */
  public void add(Dataset<Row> answers) {
    answers
        .where("error IS NULL")
        .selectExpr(Arrays.stream(SCHEMA.fieldNames()).toArray(String[]::new))
        // Spark chooses the number of files from their bytes.
        .repartition(col(KEY))
        .write()
        .parquet(new Path(folder, UUID.randomUUID().toString()).toString());
  }
}
