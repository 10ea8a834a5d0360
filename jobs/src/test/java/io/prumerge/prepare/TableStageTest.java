package io.prumerge.prepare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.prumerge.LocalSpark;
import io.prumerge.benchmark.Benchmark;
import io.prumerge.benchmark.file.NamedBenchmark;
import io.prumerge.benchmark.file.TableSource;
import io.prumerge.console.Console;
import io.prumerge.console.Failure;
import io.prumerge.lease.LeaseHolder;
import io.prumerge.lease.LeasedWork;
import io.prumerge.lease.UnfinishedFolder;
import io.prumerge.source.StagedTable;
import io.prumerge.source.TableVersion;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A later attempt of {@code prepare} takes the rows that an earlier one has read of a table. */
@Tag("spark")
class TableStageTest {

  private static final SparkSession SPARK = LocalSpark.session();

  @TempDir private Path folder;
  private final StringWriter err = new StringWriter();

  @BeforeEach
  void write() throws IOException {
    Files.writeString(
        folder.resolve("own.yaml"),
        "name: own\ndata: table:staged\ncolumns: {id: id, question: asked}\n"
            + "score: {exact: {rule: exact}}\n");
    questions("What?");
  }

  @AfterEach
  void drop() {
    SPARK.catalog().dropTempView("staged");
  }

  private static void questions(String asked) {
    SPARK.sql(
        "CREATE OR REPLACE TEMP VIEW staged AS SELECT id, '"
            + asked
            + "' AS asked, uuid() AS unasked FROM range(4)");
  }

  private StagedTable staged() throws IOException {
    return staged(Optional.empty());
  }

  private StagedTable staged(Optional<TableVersion> version) throws IOException {
    Benchmark benchmark = NamedBenchmark.of(folder.resolve("own.yaml").toString());
    org.apache.hadoop.fs.Path output = new org.apache.hadoop.fs.Path(folder.resolve("out").toUri());
    try (UnfinishedFolder place =
        UnfinishedFolder.beside(output, "preparing", output.getFileSystem(new Configuration()))) {
      place.take(LeaseHolder.here("test"), LeasedWork.TABLE);
      return new TableStage(
              SPARK,
              new Console(
                  new PrintWriter(err, true), new PrintWriter(err, true), Console.UNLIMITED),
              TableSource.of(benchmark, benchmark.sources()).orElseThrow(),
              benchmark,
              place)
          .made(version);
    }
  }

  private List<String> folders() throws IOException {
    try (Stream<Path> files = Files.list(folder.resolve(".out.preparing"))) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.startsWith("table-"))
          .toList();
    }
  }

  @Test
  void whatHasNotChangedIsNotWrittenAgain() throws IOException {
    StagedTable first = staged();

    assertThat(staged()).isEqualTo(first);
    assertThat(folders()).containsExactly(first.folder().getName());
    assertThat(err.toString()).doesNotContain("warning");
  }

  @Test
  void ofAChangedTableWithoutVersionsAllIsReadAnew() throws IOException {
    StagedTable first = staged();
    questions("Where?");

    StagedTable second = staged();
    assertThat(second.version()).isNotEqualTo(first.version());
    assertThat(folders()).containsExactly(second.folder().getName());
    assertThat(err.toString())
        .contains("table:staged has changed since an earlier attempt to prepare it");
  }

  @Test
  void filesThatAreNotAllThereAreNoRows() throws IOException {
    StagedTable first = staged();
    Files.delete(Path.of(first.folder().toUri().getPath(), "_version.json"));

    StagedTable second = staged();
    assertThat(second.version()).isEqualTo(first.version());
    assertThat(folders()).containsExactly(second.folder().getName());
  }

  @Test
  void aViewWithOtherRowsEachTimeCannotBeOfARun() throws IOException {
    Files.writeString(
        folder.resolve("own.yaml"),
        "name: own\ndata: table:staged\ncolumns: {id: id, question: unasked}\n"
            + "score: {exact: {rule: exact}}\n");
    StagedTable first = staged();
    Files.delete(Path.of(first.folder().toUri().getPath(), "_version.json"));

    assertThatThrownBy(() -> staged(first.version()))
        .isInstanceOf(Failure.class)
        .hasMessageContaining("is a view with other rows each time");
    assertThat(folder.resolve(".out.preparing")).doesNotExist();
  }
}
