package io.prumerge.store;

import static org.apache.spark.sql.functions.lit;

import io.prumerge.lang.Text;
import io.prumerge.source.DataException;
import io.prumerge.spark.RecordColumns;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.hadoop.fs.FSError;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SaveMode;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * A table that this project writes as Parquet: its rows are records, whose components are the
 * columns. Names and types are public interface. Other tables than these are constants of their
 * records.
 *
 * @param <R> the rows
 */
public final class Table<R extends Record> {

  /**
   * Written by {@code prepare}: one row per image, images of one prompt, or video, of a benchmark's
   * split, with its questions nested.
   */
  public static final Table<ExampleRow> EXAMPLES = of("examples", ExampleRow.class);

  /** One row per run, benchmark, split, method and question. */
  public static final Table<PredictionRow> PREDICTIONS = of("predictions", PredictionRow.class);

  /** One row per prediction and scoring profile, with everything that metrics need. */
  public static final Table<ScoreRow> SCORES = of("scores", ScoreRow.class);

  /** One row per question, method and repeat, with {@code --repeat} only; in no catalog. */
  public static final Table<RepeatRow> REPEATS = of("repeats", RepeatRow.class);

  /**
   * One row per run, benchmark, split and method, over answered questions. Times are in
   * milliseconds.
   */
  public static final Table<EfficiencyRow> EFFICIENCY = of("efficiency", EfficiencyRow.class);

  /** One row per run. */
  public static final Table<RunRow> RUNS = of("runs", RunRow.class);

  private final String folder;
  private final RecordColumns<R> columns;
  private final StructType schema;

  private Table(String folder, RecordColumns<R> columns) {
    this.folder = folder;
    this.columns = columns;
    this.schema = columns.schema();
  }

  /**
   * Returns a table of records.
   *
   * @param folder its name in a run directory or report
   * @param row its components are the columns
   */
  public static <R extends Record> Table<R> of(String folder, Class<R> row) {
    return new Table<>(folder, RecordColumns.of(row));
  }

  /** Returns a row of this table, in the order of its columns. */
  public Row row(R record) {
    return columns.row(record);
  }

  /** Returns rows of this table, each as {@link #row}. */
  public List<Row> rows(List<R> records) {
    return records.stream().map(this::row).toList();
  }

  /** Returns the values of a row by the names of this table's columns, in their order. */
  public Map<String, Object> values(R record) {
    return columns.values(record);
  }

  /** Returns the values of rows, each as {@link #values(Record)}. */
  public List<Map<String, Object>> values(List<R> records) {
    return records.stream().map(this::values).toList();
  }

  /**
   * Collects rows of this table, small enough for the driver.
   *
   * @throws DataException if a column is null that is in no row that this project writes
   */
  public List<R> records(Dataset<Row> rows) {
    try {
      return columns.collect(rows);
    } catch (IllegalArgumentException e) {
      throw new DataException(
          Text.format("Cannot read a row of %s: %s", folder, e.getMessage()), e);
    }
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
      ParquetColumns found = ParquetColumns.of(spark, path);
      if (found.isEmpty()) {
        throw new DataException("there is no Parquet");
      }
      flaw = found.flaw(schema.fields(), columns.addedLater());
    } catch (FileNotFoundException e) {
      throw unreadable(path, "there is no such folder", e);
    } catch (IOException | DataException e) {
      throw unreadable(path, e.getMessage(), e);
    }
    if (flaw.isPresent()) {
      throw new DataException(Text.format("%s is not a table of %s: %s", path, folder, flaw.get()));
    }
  }

  private DataException unreadable(String path, String reason, Exception cause) {
    return new DataException(Text.format("Cannot read %s as %s: %s", path, folder, reason), cause);
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
  public void write(SparkSession spark, List<R> rows, String path) {
    try {
      DriverRows.write(spark, schema, rows(rows), path);
    } catch (IOException | FSError e) {
      throw new UncheckedIOException(WriteException.of(new Path(path), e));
    }
  }

  /** Creates a DataFrame of this table from rows on the driver. */
  public Dataset<Row> of(SparkSession spark, List<Row> rows) {
    return spark.createDataFrame(rows, schema);
  }

  /**
   * Checks rows that are appended to. Other columns may stand next to them.
   *
   * @param name name of the checked rows in the error
   * @return the columns to add first, which tables of earlier versions lack
   * @throws DataException if another column is missing, or one has another type
   */
  List<StructField> lacking(StructType found, String name) {
    require(found, name, columns.addedLater());
    List<String> present = List.of(found.fieldNames());
    return Arrays.stream(schema.fields())
        .filter(column -> !present.contains(column.name()))
        .toList();
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
        wrong.add(Text.format("%s is %s instead of %s", column.name(), type, type(column)));
      }
    }
    if (!wrong.isEmpty()) {
      throw new DataException(
          Text.format("%s is not a table of %s: %s", name, folder, String.join("; ", wrong)));
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
    require(rows.schema(), name, columns.addedLater());
    return filled(rows);
  }

  /** Returns the columns of this table, null where the rows lack one. */
  public Dataset<Row> filled(Dataset<Row> rows) {
    List<String> found = List.of(rows.columns());
    Dataset<Row> whole = rows;
    for (StructField column : schema.fields()) {
      if (!found.contains(column.name())) {
        whole = whole.withColumn(column.name(), lit(null).cast(column.dataType()));
      }
    }
    return whole.selectExpr(schema.fieldNames());
  }

  /** Returns a column's type without its nullability: Parquet columns are always nullable. */
  private static String type(StructField column) {
    return column.dataType().catalogString();
  }
}
