package io.prumerge.store;

import static org.apache.spark.sql.functions.lit;

import io.prumerge.source.DataException;
import io.prumerge.spark.RecordColumns;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.apache.hadoop.fs.FSError;
import org.apache.hadoop.fs.FileAlreadyExistsException;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.mapreduce.Job;
import org.apache.hadoop.mapreduce.TaskAttemptContext;
import org.apache.hadoop.mapreduce.TaskAttemptID;
import org.apache.hadoop.mapreduce.task.TaskAttemptContextImpl;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SaveMode;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.catalyst.CatalystTypeConverters;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.execution.datasources.OutputWriter;
import org.apache.spark.sql.execution.datasources.OutputWriterFactory;
import org.apache.spark.sql.execution.datasources.parquet.ParquetFileFormat;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import scala.Function1;
import scala.collection.immutable.Map$;

/**
 * A table that this project writes as Parquet. Names and types are public interface. Tables whose
 * rows are records are constants of these records.
 */
public final class Table {

  /** One row per image, or per images of one prompt, with its questions nested. */
  public static final Table EXAMPLES =
      new Table(
          "examples",
          StructType.fromDDL(
              """
              benchmark STRING, split STRING, image_id STRING, image BINARY, image_sha256 STRING,
              width INT, height INT,
              questions ARRAY<STRUCT<question_id: STRING, prompt: STRING, question: STRING,
                category: STRING, answers: ARRAY<STRING>, options: ARRAY<STRING>, max_new_tokens: INT,
                extra: MAP<STRING, STRING>>>,
              more_images ARRAY<BINARY>
              """));

  /** One row per question and method. */
  public static final Table PREDICTIONS =
      new Table(
          "predictions",
          StructType.fromDDL(
              """
              run_id STRING, model STRING, dtype STRING, benchmark STRING, split STRING, method STRING,
              method_sized STRING,
              image_id STRING, image_sha256 STRING, question_id STRING, category STRING, prompt STRING,
              prompt_sha256 STRING, answer STRING, finish_reason STRING, grid STRING, visual_tokens_before INT,
              visual_tokens_after INT, visual_tokens_layer_mean DOUBLE, kept_indices ARRAY<INT>,
              text_tokens INT, prompt_tokens INT, generated_tokens INT,
              flops_vision BIGINT, flops_reduction BIGINT, flops_projector BIGINT, flops_prefill BIGINT,
              flops_decode BIGINT, flops_total BIGINT, flops_executed BIGINT, kv_cache_bytes BIGINT,
              ms_preprocess DOUBLE, ms_vision DOUBLE, ms_reduction DOUBLE, ms_select DOUBLE,
              ms_prefill DOUBLE, ms_decode DOUBLE, ms_request DOUBLE, device STRING, assigned_device STRING, host STRING, error STRING
              """));

  /** One row per prediction and scoring profile, with everything that metrics need. */
  public static final Table SCORES =
      new Table(
          "scores",
          StructType.fromDDL(
              """
              run_id STRING, benchmark STRING, split STRING, method STRING, question_id STRING,
              profile STRING, parsed STRING, gold STRING, unparsed BOOLEAN, score DOUBLE,
              model STRING, image_id STRING, category STRING, groups ARRAY<STRING>, unit STRING,
              image_sha256 STRING, chance DOUBLE, iou DOUBLE
              """));

  /** One row per run, benchmark, split and method. */
  public static final Table EFFICIENCY =
      new Table(
          "efficiency",
          StructType.fromDDL(
              """
              run_id STRING, model STRING, benchmark STRING, split STRING, method STRING, n BIGINT,
              n_errors BIGINT, visual_tokens_before_mean DOUBLE, visual_tokens_after_mean DOUBLE,
              visual_tokens_after_min INT, visual_tokens_after_p05 DOUBLE, visual_tokens_after_p25 DOUBLE,
              visual_tokens_after_p50 DOUBLE, visual_tokens_after_p75 DOUBLE,
              visual_tokens_after_p95 DOUBLE, visual_tokens_after_max INT,
              visual_tokens_layer_mean DOUBLE, reduction_ratio DOUBLE,
              text_tokens_mean DOUBLE, prompt_tokens_mean DOUBLE, generated_tokens_mean DOUBLE, flops_vision_mean DOUBLE,
              flops_reduction_mean DOUBLE, flops_projector_mean DOUBLE, flops_prefill_mean DOUBLE,
              flops_decode_mean DOUBLE, flops_total_mean DOUBLE, flops_executed_mean DOUBLE,
              kv_cache_bytes_mean DOUBLE, ms_preprocess_mean DOUBLE, ms_vision_mean DOUBLE,
              ms_reduction_mean DOUBLE, ms_select_mean DOUBLE, ms_prefill_mean DOUBLE, ms_decode_mean DOUBLE,
              ms_request_mean DOUBLE, ms_total_mean DOUBLE, questions_per_busy_second DOUBLE,
              roofline ARRAY<STRUCT<hardware: STRING, precision: STRING, image_ms: DOUBLE,
                prefill_ms: DOUBLE, decode_token_ms: DOUBLE>>
              """));

  /** One row per run. */
  public static final Table RUNS = of("runs", RunRow.class);

  /** Columns that files of earlier versions lack; there they are null. */
  private static final Set<String> OPTIONAL =
      Set.of(
          "more_images",
          "visual_tokens_layer_mean",
          "iou",
          "mkl_on_amd",
          "packed_weights",
          "grid",
          "answer_by");

  private final String folder;
  private final StructType schema;

  private Table(String folder, StructType schema) {
    this.folder = folder;
    this.schema = schema;
  }

  /**
   * Returns a table of records.
   *
   * @param folder its name in a run directory or report
   * @param row its components are the columns
   */
  public static Table of(String folder, Class<? extends Record> row) {
    return new Table(folder, RecordColumns.of(row).schema());
  }

  /** Returns rows of this table, in the order of its columns. */
  public List<Row> rows(List<? extends Record> records) {
    return records.stream().map(one -> RecordColumns.of(one.getClass()).row(one)).toList();
  }

  /** Returns rows of this table as values by the names of its columns. */
  public List<Map<String, Object>> values(List<? extends Record> records) {
    return records.stream().map(one -> RecordColumns.of(one.getClass()).values(one)).toList();
  }

  /** Returns the columns in the order in which they are written. All are nullable in the files. */
  public StructType schema() {
    return schema;
  }

  /** Returns the folder's name in a run directory or report. */
  public String folder() {
    return folder;
  }

  /**
   * Opens this table at {@code paths}. Reads the footer of every file, but takes no Spark job.
   *
   * @throws DataException if a path holds no Parquet, or a file that is damaged or has other
   *     columns
   */
  public Dataset<Row> read(SparkSession spark, List<String> paths) {
    for (String path : paths) {
      check(spark, path);
    }
    return written(spark, paths);
  }

  /**
   * Opens this table at {@code paths} that this process wrote or has read before, without that
   * check.
   */
  public Dataset<Row> written(SparkSession spark, List<String> paths) {
    SparkSession reading = this == EXAMPLES ? ImageParquet.reading(spark) : spark;
    return SparkInput.parquet(reading, schema, paths);
  }

  private void check(SparkSession spark, String path) {
    Optional<String> flaw;
    try {
      ParquetColumns columns = ParquetColumns.of(spark, path);
      if (columns.isEmpty()) {
        throw new DataException("there is no Parquet");
      }
      flaw = columns.flaw(schema.fields(), OPTIONAL);
    } catch (FileNotFoundException e) {
      throw unreadable(path, "there is no such folder", e);
    } catch (IOException | DataException e) {
      throw unreadable(path, e.getMessage(), e);
    }
    if (flaw.isPresent()) {
      throw new DataException(
          String.format(Locale.ROOT, "%s is not a table of %s: %s", path, folder, flaw.get()));
    }
  }

  private DataException unreadable(String path, String reason, Exception cause) {
    return new DataException(
        String.format(Locale.ROOT, "Cannot read %s as %s: %s", path, folder, reason), cause);
  }

  /** Writes rows of this table to a new folder, in this table's order of columns. */
  public void write(Dataset<Row> rows, String path) {
    write(rows, path, 0);
  }

  /**
   * Writes rows of this table to a new folder, in this table's order of columns.
   *
   * @param rowsPerFile the most rows of one file; 0 = no limit
   */
  public void write(Dataset<Row> rows, String path, long rowsPerFile) {
    WriteException.naming(
        path,
        () ->
            rows.selectExpr(schema.fieldNames())
                .to(schema)
                .write()
                .option("maxRecordsPerFile", rowsPerFile)
                .mode(SaveMode.ErrorIfExists)
                .parquet(path));
  }

  /** Writes rows on the driver to a new folder, as one file and without a Spark job. */
  public void write(SparkSession spark, List<Row> rows, String path) {
    try {
      DriverRows.write(spark, schema, rows, path);
    } catch (IOException | FSError e) {
      throw new UncheckedIOException(WriteException.of(new Path(path), e));
    }
  }

  /**
   * Returns rows on the driver as they would be read from this table's files, with the names of the
   * columns and Spark's own lists.
   */
  public List<Row> asRead(List<Row> rows) {
    Function1<Object, Object> internal = CatalystTypeConverters.createToCatalystConverter(schema);
    Function1<Object, Object> read = CatalystTypeConverters.createToScalaConverter(schema);
    return rows.stream().map(row -> (Row) read.apply(internal.apply(row))).toList();
  }

  /** Creates a DataFrame of this table from rows on the driver. */
  public Dataset<Row> of(SparkSession spark, List<Row> rows) {
    return spark.createDataFrame(rows, schema);
  }

  /**
   * Checks rows that are appended to, which must have all columns. Other columns may stand beside
   * them.
   *
   * @param name name of the checked rows in the error
   * @throws DataException if a column is missing or has another type
   */
  void requireAll(StructType found, String name) {
    require(found, name, Set.of());
  }

  private void require(StructType found, String name, Set<String> optional) {
    Map<String, String> types =
        Arrays.stream(found.fields()).collect(Collectors.toMap(StructField::name, Table::type));
    List<String> wrong = new ArrayList<>();
    for (StructField column : schema.fields()) {
      String type = types.get(column.name());
      if (type == null && optional.contains(column.name())) {
        continue;
      }
      if (type == null) {
        wrong.add("no column " + column.name());
      } else if (!type.equals(type(column))) {
        wrong.add(
            String.format(
                Locale.ROOT, "%s is %s instead of %s", column.name(), type, type(column)));
      }
    }
    if (!wrong.isEmpty()) {
      throw new DataException(
          String.format(
              Locale.ROOT, "%s is not a table of %s: %s", name, folder, String.join("; ", wrong)));
    }
  }

  /**
   * Selects these columns from rows of any origin, in this order. Those that files of earlier
   * versions lack are null.
   *
   * @param name name of the rows in an error
   * @throws DataException if a column is missing or has another type
   */
  public Dataset<Row> select(Dataset<Row> rows, String name) {
    require(rows.schema(), name, OPTIONAL);
    Dataset<Row> whole = rows;
    for (String optional : OPTIONAL) {
      if (has(schema, optional) && !has(rows.schema(), optional)) {
        whole = whole.withColumn(optional, lit(null).cast(schema.apply(optional).dataType()));
      }
    }
    return whole.selectExpr(schema.fieldNames());
  }

  private static boolean has(StructType columns, String name) {
    return Arrays.asList(columns.fieldNames()).contains(name);
  }

  /** Returns a column's type without its nullability: Parquet columns are always nullable. */
  private static String type(StructField column) {
    return column.dataType().catalogString();
  }

  /**
   * Writes rows that the driver holds as Parquet, without a Spark job: planning one and committing
   * its files takes 0.3 to 0.5 s, and a report has twelve small tables. The file is what a job of
   * the same session would write, because Spark's own writer writes it.
   */
  private static final class DriverRows {

    private DriverRows() {}

    /** Writes rows to a new folder, as one file. */
    static void write(SparkSession spark, StructType schema, List<Row> rows, String path)
        throws IOException {
      Job job = Job.getInstance(spark.sessionState().newHadoopConf());
      Path folder = new Path(path);
      FileSystem fs = folder.getFileSystem(job.getConfiguration());
      if (fs.exists(folder)) {
        throw new FileAlreadyExistsException("Cannot write to " + path + ", which exists already");
      }
      OutputWriterFactory files =
          new ParquetFileFormat().prepareWrite(spark, job, Map$.MODULE$.empty(), schema);
      TaskAttemptContext task =
          new TaskAttemptContextImpl(job.getConfiguration(), new TaskAttemptID());
      String name = "part-00000-" + UUID.randomUUID() + "-c000" + files.getFileExtension(task);
      // Readers skip names that start with an underscore, so they never see half a file.
      Path unfinished = new Path(folder, "_" + name);
      Function1<Object, Object> internal = CatalystTypeConverters.createToCatalystConverter(schema);
      OutputWriter file = files.newInstance(unfinished.toString(), schema, task);
      try {
        rows.forEach(row -> file.write((InternalRow) internal.apply(row)));
      } finally {
        file.close();
      }
      if (!PlainFiles.rename(fs, unfinished, new Path(folder, name))) {
        throw new IOException("Cannot rename " + unfinished + " to " + name);
      }
      PlainFiles.of(fs).create(new Path(folder, "_SUCCESS")).close();
    }
  }
}
