package io.prumerge.run.cache;

import io.prumerge.console.Setting;
import io.prumerge.console.UsageException;
import io.prumerge.console.Wording;
import io.prumerge.store.Folders;
import io.prumerge.store.SparkInput;
import io.prumerge.store.Table;
import io.prumerge.store.WholeFile;
import io.prumerge.store.WriteException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Pattern;
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
 * Answers that runs share, in one folder per {@link ModelKey}. Each addition is a new sub-folder,
 * with a marker written last: one of our own, because settings and committers decide whether Spark
 * writes {@code _SUCCESS}. Nothing is changed later, so any number of runs may read and add at the
 * same time. The cache may be deleted while no run uses it.
 *
 * <p>Every answer has its image's hash, so {@link ImageLookup} finds all answers about an image in
 * one group and computes the keys there. A key alone would have to travel for each question and
 * method.
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
          "question_id",
          "category",
          "error",
          "protocol",
          "video");

  static final StructType SCHEMA = schema();

  private static final String WHOLE = "_WHOLE";
  private static final String MODEL = "model-";

  /** The folder of a model in versions whose answers have no image's hash. */
  private static final Pattern EARLIER = Pattern.compile("[0-9a-f]{64}");

  private final SparkSession spark;
  private final FileSystem fs;
  private final Path folder;

  /**
   * Opens the cache of one model.
   *
   * @param root the result of {@link #root}
   */
  public AnswerCache(SparkSession spark, FileSystem fs, Path root, ModelKey model) {
    this.spark = spark;
    this.fs = fs;
    this.folder = new Path(root, MODEL + model.sha256());
  }

  /**
   * Returns the path of the folder of all models' answers, which need not exist yet; empty if the
   * run has none.
   *
   * @throws UsageException if it holds answers of a version that stored them otherwise
   */
  public static Optional<Path> root(Folders folders, Optional<String> asked) throws IOException {
    if (asked.isEmpty()) {
      return Optional.empty();
    }
    String name = asked.get();
    Path root = folders.qualified(Setting.ANSWER_CACHE, name);
    FileSystem fs = folders.fileSystem(root);
    if (fs.exists(root)) {
      if (!fs.getFileStatus(root).isDirectory()) {
        throw new UsageException(
            Wording.of("%s %s is a file; name a folder", Setting.ANSWER_CACHE, name));
      }
      for (FileStatus one : fs.listStatus(root)) {
        if (EARLIER.matcher(one.getPath().getName()).matches()) {
          throw new UsageException(
              Wording.of(
                  "%s %s holds answers of an earlier version, which have no hash of their image:"
                      + " %s; name a new folder, or delete this one",
                  Setting.ANSWER_CACHE, name, one.getPath().getName()));
        }
      }
    }
    return Optional.of(root);
  }

  private static StructType schema() {
    StructType schema = new StructType().add(KEY, DataTypes.StringType);
    for (StructField field : Table.PREDICTIONS.schema().fields()) {
      schema = OF_THE_QUESTION.contains(field.name()) ? schema : schema.add(field);
    }
    return schema;
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
        : SparkInput.parquet(spark, SCHEMA, parts);
  }

  /**
   * Adds answers.
   *
   * @param answers {@link #KEY} and rows of {@link Table#PREDICTIONS}; answers with an error are
   *     left out
   */
  public void add(Dataset<Row> answers) throws IOException {
    Path part = new Path(folder, UUID.randomUUID().toString());
    WriteException.naming(
        part.toString(),
        () ->
            answers
                .where("error IS NULL")
                .selectExpr(Arrays.stream(SCHEMA.fieldNames()).toArray(String[]::new))
                .write()
                .parquet(part.toString()));
    WholeFile.wroteFirst(fs, new Path(part, WHOLE), "");
  }
}
