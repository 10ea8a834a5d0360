package io.prumerge.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.prumerge.console.Failure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TableCommitTest {

  @TempDir private Path root;

  /** Writes a table of one row and a page. */
  private CompleteTables commit(String source) throws IOException {
    return commit(source, source + ".parquet", false);
  }

  private CompleteTables commit(String source, String part, boolean unlisted) throws IOException {
    org.apache.hadoop.fs.Path folder = new org.apache.hadoop.fs.Path(root.toUri());
    FileSystem fs = folder.getFileSystem(new Configuration());
    return new TableCommit(folder, fs, source, () -> {}, table -> 1, file -> unlisted)
        .commit(
            attempt -> {
              Path place = Path.of(attempt.toUri());
              write(place.resolve("report/runs").resolve(part), source);
              write(place.resolve("report/report.html"), "page of " + source);
              return new WrittenRows(1, 0, Map.of("report/runs", 1L), Collections.emptySortedMap());
            });
  }

  private static void write(Path file, String text) throws IOException {
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }

  @Test
  void leavesFilesOfOthersWhereItMakesTablesAgain() throws IOException {
    commit("one");
    write(root.resolve("report/notes.txt"), "mine");
    write(root.resolve("report/runs/notes.txt"), "mine too");
    Files.delete(root.resolve("_COMPLETE"));

    CompleteTables again = commit("two");

    assertThat(again.files()).containsOnlyKeys("report/report.html", "report/runs/two.parquet");
    assertThat(root.resolve("report"))
        .isDirectoryRecursivelyContaining("glob:**/report.html")
        .isDirectoryNotContaining("glob:**/one.parquet");
    assertThat(root.resolve("report/runs/one.parquet")).doesNotExist();
    assertThat(root.resolve("report/runs/two.parquet")).hasContent("two");
    assertThat(root.resolve("report/report.html")).hasContent("page of two");
    assertThat(root.resolve("report/notes.txt")).hasContent("mine");
    assertThat(root.resolve("report/runs/notes.txt")).hasContent("mine too");
  }

  @Test
  void replacesTablesWhoseCompletionOrMarkerIsAllThatListsThem() throws IOException {
    CompleteTables one = commit("one");
    Files.delete(root.resolve("_tables/files-" + one.attempt() + ".json"));
    Files.delete(root.resolve("_COMPLETE"));
    CompleteTables two = commit("two");
    Files.delete(root.resolve("_tables/files-" + two.attempt() + ".json"));
    Files.delete(root.resolve("_tables/committed.json"));

    commit("three");

    assertThat(root.resolve("report/runs"))
        .isDirectoryContaining("glob:**/three.parquet")
        .isDirectoryNotContaining("glob:**/{one,two}.parquet");
    assertThat(Files.list(root.resolve("_tables")))
        .as("a marker and a list")
        .filteredOn(file -> !file.getFileName().toString().startsWith("."))
        .hasSize(2);
  }

  @Test
  void refusesToReplaceOrReadWhatNobodyLists() throws IOException {
    commit("one");
    Path part = root.resolve("report/runs/of-another-run.parquet");
    write(part, "theirs");

    assertThatThrownBy(() -> commit("two"))
        .isInstanceOf(Failure.class)
        .hasMessageContaining("it holds report/runs/of-another-run.parquet, which this run did not")
        .hasMessageEndingWith("move it elsewhere and resume it");
    assertThat(part).hasContent("theirs");
    assertThat(root.resolve("_COMPLETE")).as("of the tables that are still there").exists();

    Files.delete(part);
    commit("two");
    assertThat(root.resolve("report/runs/two.parquet")).hasContent("two");
  }

  @Test
  void refusesToReplaceAPageThatNobodyLists() throws IOException {
    write(root.resolve("report/report.html"), "my own");

    assertThatThrownBy(() -> commit("one"))
        .isInstanceOf(Failure.class)
        .hasMessageContaining("it holds report/report.html, which this run did not write");
    assertThat(root.resolve("report/report.html")).hasContent("my own");
  }

  @Test
  void replacesWhatAnEarlierVersionWroteWithoutAList() throws IOException {
    write(root.resolve("report/runs/part-0.parquet"), "old");

    commit("one", "one.parquet", true);

    assertThat(root.resolve("report/runs/part-0.parquet")).doesNotExist();
    assertThat(root.resolve("report/runs/one.parquet")).exists();
  }
}
