package io.prumerge.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.prumerge.CountedWork;
import io.prumerge.LocalSpark;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Timestamp;
import java.util.List;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.metadata.ParquetMetadata;
import org.apache.parquet.hadoop.util.HadoopInputFile;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructField;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

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
      table.write(spark, rows, path);
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
  void rowsAreKnownAsTheyWillBeRead() throws Exception {
    String path = folder.resolve("runs").toString();
    List<Row> rows = List.of(row(Table.RUNS, 1));
    List<Row> written = Table.RUNS.asRead(rows);
    try (CountedWork work = new CountedWork()) {
      Table.RUNS.write(spark, rows, path);
      assertThat(work.jobs()).isZero();
    }
    List<Row> read = Table.RUNS.read(spark, List.of(path)).collectAsList();
    assertThat(written).isEqualTo(read);
    assertThat(written.get(0).schema()).isEqualTo(Table.RUNS.schema());
    assertThat(written.get(0).<String>getList(written.get(0).fieldIndex("hosts")))
        .containsExactly("hosts 1");
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
    return RowFactory.create(
        Stream.of(table.schema().fields()).map(field -> value(field, number)).toArray());
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
    }
    return List.of(RowFactory.create("A100", "fp16", 1.5, 2.5, 3.5));
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
