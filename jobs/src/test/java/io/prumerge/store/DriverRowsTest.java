package io.prumerge.store;

import static org.apache.spark.sql.functions.lit;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.prumerge.CountedWork;
import io.prumerge.LocalSpark;
import io.prumerge.source.DataException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.metadata.ParquetMetadata;
import org.apache.parquet.hadoop.util.HadoopInputFile;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.MapType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import scala.collection.immutable.HashMap;

@Tag("spark")
class DriverRowsTest {

  private final SparkSession spark = LocalSpark.session();

  @TempDir Path folder;

  /** Readers of any kind, and pyspark's in particular, must find what they found before. */
  @Test
  void theFileIsTheOneThatAJobWrites() throws IOException {
    for (Table<?> table : List.of(Table.RUNS, Table.EFFICIENCY, Table.SCORES)) {
      List<Row> rows =
          List.of(
              row(table, 1), row(table, 2), RowFactory.create(new Object[table.schema().size()]));
      String path = folder.resolve(table.folder()).toString();
      DriverRows.write(spark, table.schema(), rows, path);
      String byJob = folder.resolve(table.folder() + "-job").toString();
      table.write(table.of(spark, rows).coalesce(1), byJob);

      ParquetMetadata written = footer(path);
      ParquetMetadata expected = footer(byJob);
      assertThat(written.getFileMetaData().getSchema())
          .isEqualTo(expected.getFileMetaData().getSchema());
      assertThat(written.getFileMetaData().getKeyValueMetaData())
          .isEqualTo(expected.getFileMetaData().getKeyValueMetaData());
      assertThat(written.getBlocks().get(0).getColumns())
          .extracting(column -> column.getCodec() + " " + column.getEncodings())
          .isEqualTo(
              expected.getBlocks().get(0).getColumns().stream()
                  .map(column -> column.getCodec() + " " + column.getEncodings())
                  .toList());
      assertThat(names(path))
          .as("the same without the hidden files of checksums")
          .isEqualTo(names(byJob).stream().filter(name -> !name.startsWith(".")).toList());
      assertThat(table.read(spark, List.of(path)).collectAsList())
          .isEqualTo(table.read(spark, List.of(byJob)).collectAsList());
    }
  }

  @Test
  void recordsAreReadAsTheyWereWritten() throws Exception {
    String path = folder.resolve("runs").toString();
    Instant start = Instant.parse("2026-01-02T03:04:05.123456789Z");
    RunRow run =
        Records.of(
            RunRow.class,
            Map.of(
                "run_id",
                "run",
                "n_rows",
                3L,
                "hosts",
                List.of("a", "b"),
                "started_at",
                Timestamp.from(start),
                "ended_at",
                Timestamp.from(start.plusNanos(999))));
    try (CountedWork work = new CountedWork()) {
      Table.RUNS.write(spark, List.of(run), path);
      assertThat(work.jobs()).isZero();
    }
    assertThat(Table.RUNS.records(Table.RUNS.read(spark, List.of(path)))).containsExactly(run);
    assertThat(run.endedAt()).isEqualTo(Instant.parse("2026-01-02T03:04:05.123457Z"));
  }

  /** A session may ask for Java's own times. */
  @Test
  void timesAreReadOfEitherClass() {
    String path = folder.resolve("runs").toString();
    RunRow run =
        Records.of(
            RunRow.class,
            Map.of(
                "started_at",
                Timestamp.from(Instant.EPOCH),
                "ended_at",
                Timestamp.from(Instant.EPOCH)));
    Table.RUNS.write(spark, List.of(run), path);
    SparkSession other = spark.newSession();
    other.conf().set("spark.sql.datetime.java8API.enabled", "true");
    assertThat(Table.RUNS.records(Table.RUNS.read(other, List.of(path)))).containsExactly(run);
  }

  @Test
  void aCountThatIsNullIsNamedWithItsTable() {
    Dataset<Row> rows = Table.RUNS.of(spark, List.of(row(Table.RUNS, 1)));
    assertThatThrownBy(() -> Table.RUNS.records(rows.withColumn("n_rows", lit(null).cast("long"))))
        .isInstanceOf(DataException.class)
        .hasMessage("Cannot read a row of runs: The column n_rows is null");
  }

  @Test
  void aTableWithoutRowsIsRead() {
    String path = folder.resolve("scores").toString();
    Table.SCORES.write(spark, List.of(), path);
    assertThat(Table.SCORES.read(spark, List.of(path)).count()).isZero();
  }

  @Test
  void nothingIsOverwritten() throws IOException {
    String path = Files.createDirectory(folder.resolve("scores")).toString();
    assertThatThrownBy(() -> Table.SCORES.write(spark, List.of(), path))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageContaining("Cannot write to " + path + ", which exists already");
  }

  private static Row row(Table<?> table, int number) {
    return row(table.schema(), number);
  }

  private static Row row(StructType columns, int number) {
    return RowFactory.create(
        Stream.of(columns.fields()).map(field -> value(field, number)).toArray());
  }

  private static Object value(StructField field, int number) {
    if (field.dataType().equals(DataTypes.StringType)) {
      return field.name() + " " + number;
    } else if (field.dataType().equals(DataTypes.LongType)) {
      return (long) number;
    } else if (field.dataType().equals(DataTypes.IntegerType)) {
      return number;
    } else if (field.dataType().equals(DataTypes.BooleanType)) {
      return number % 2 == 0;
    } else if (field.dataType().equals(DataTypes.DoubleType)) {
      return number / 7.0;
    } else if (field.dataType().equals(DataTypes.TimestampType)) {
      return new Timestamp(1_700_000_000_123L + number);
    } else if (field.dataType().equals(DataTypes.createArrayType(DataTypes.StringType))) {
      return List.of(field.name() + " " + number);
    } else if (field.dataType() instanceof MapType map) {
      return new HashMap<>()
          .updated(field.name(), value(new StructField("", map.valueType(), true, null), number));
    }
    ArrayType some = (ArrayType) field.dataType();
    return List.of(row((StructType) some.elementType(), number));
  }

  private ParquetMetadata footer(String path) throws IOException {
    try (Stream<Path> files = Files.list(Path.of(path))) {
      Path file = files.filter(one -> one.toString().endsWith(".parquet")).findAny().orElseThrow();
      try (ParquetFileReader reader =
          ParquetFileReader.open(
              HadoopInputFile.fromPath(
                  new org.apache.hadoop.fs.Path(file.toUri()), new Configuration()))) {
        return reader.getFooter();
      }
    }
  }

  /** Returns the names of a folder's files, without what is random in them. */
  private static List<String> names(String path) throws IOException {
    try (Stream<Path> files = Files.list(Path.of(path))) {
      return files
          .map(file -> file.getFileName().toString().replaceAll("[0-9a-f]{8}-[0-9a-f-]{27}", "ID"))
          .sorted()
          .toList();
    }
  }
}
