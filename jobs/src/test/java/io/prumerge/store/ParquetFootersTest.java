package io.prumerge.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.prumerge.LocalSpark;
import java.io.IOException;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests what footers say of tables that Spark has written. */
@Tag("spark")
class ParquetFootersTest {

  private static final int ROWS = 1000;

  private static final String[] COLUMNS = {
    "IF(id < 700, 'run-a', 'run-b') AS run",
    "'one' AS same",
    "CAST(NULL AS STRING) AS none",
    "IF(id % 7 = 0, 'x', NULL) AS error"
  };

  @TempDir private java.nio.file.Path folder;

  private static Dataset<Row> rows(int partitions) {
    return LocalSpark.session().range(0, ROWS, 1, partitions).selectExpr(COLUMNS);
  }

  private ParquetFooters written(Dataset<Row> rows, String name) throws IOException {
    Path table = new Path(folder.resolve(name).toUri());
    rows.write().parquet(table.toString());
    return ParquetFooters.of(
        table, table.getFileSystem(new Configuration()), "run", "same", "none", "error");
  }

  @Test
  void sayWhatAQueryCounts() throws IOException {
    ParquetFooters files = written(rows(3), "table");

    Row counted = rows(1).selectExpr("count(*)", "count(error)", "count(none)").first();
    assertThat(files.rows()).isEqualTo(counted.getLong(0)).isEqualTo(ROWS);
    assertThat(files.values("error")).isEqualTo(counted.getLong(1)).isEqualTo(143);
    assertThat(files.values("none")).isEqualTo(counted.getLong(2)).isZero();
    assertThat(files.values("same")).isEqualTo(ROWS);
  }

  @Test
  void boundTheValuesOfAColumn() throws IOException {
    ParquetFooters files = written(rows(2), "table");

    assertThat(files.bounds("run")).containsExactly("run-a", "run-b");
    assertThat(files.bounds("same")).containsExactly("one");
    assertThat(files.bounds("none")).isEmpty();
  }

  @Test
  void sayNothingOfATableWithoutRows() throws IOException {
    ParquetFooters files = written(rows(2).where("false"), "table");

    assertThat(files.rows()).isZero();
    assertThat(files.values("error")).isZero();
    assertThat(files.bounds("run")).isEmpty();
  }

  @Test
  void refuseToCountAColumnThatTheyDoNotHave() throws IOException {
    ParquetFooters files = written(rows(1), "table");

    assertThatThrownBy(() -> files.values("other"))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("table: its files have no statistics of their column other; unset");
  }
}
