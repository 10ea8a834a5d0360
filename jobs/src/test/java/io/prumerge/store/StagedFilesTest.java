package io.prumerge.store;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.prumerge.LocalSpark;
import io.prumerge.console.Failure;
import io.prumerge.source.TableName;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("spark")
class StagedFilesTest {

  private static final SparkSession SPARK = LocalSpark.session();

  @TempDir private Path folder;

  private void require() throws IOException {
    StagedFiles.requireRows(
        6,
        new org.apache.hadoop.fs.Path(folder.resolve("rows").toUri()),
        TableName.of("table:shop.questions"),
        new Configuration());
  }

  /** Another host has the file that this one lacks. */
  @Test
  void filesOfOtherHostsAreMissed() throws IOException {
    Path rows = folder.resolve("rows");
    SPARK.range(0, 6, 1, 2).write().parquet(rows.toString());
    assertThatCode(this::require).doesNotThrowAnyException();

    List<Path> parts;
    try (Stream<Path> files = Files.list(rows)) {
      parts = files.filter(file -> file.toString().endsWith(".parquet")).toList();
    }
    for (int left = parts.size() - 1; left >= 0; left--) {
      Files.delete(parts.get(left));
      assertThatThrownBy(this::require)
          .isInstanceOf(Failure.class)
          .hasMessageContaining("executors wrote 6 rows there, of which this host sees " + 3 * left)
          .hasMessageContaining("name a place that all hosts share");
    }
  }
}
