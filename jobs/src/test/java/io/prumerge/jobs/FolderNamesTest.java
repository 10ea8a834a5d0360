package io.prumerge.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import io.prumerge.LocalSpark;
import io.prumerge.store.Table;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import org.apache.commons.io.FileUtils;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Folders with names that some library takes for a pattern, a URL or a list. */
@Tag("spark")
@EnabledOnOs(OS.LINUX)
class FolderNamesTest {

  @TempDir private Path folder;

  private long rows(Table<?> table, Path path) {
    return table.read(LocalSpark.session(), List.of(path.toString())).count();
  }

  private static List<Row> runs(Table<?> table, Path path) {
    return table
        .read(LocalSpark.session(), List.of(path.toString()))
        .select("run_id")
        .distinct()
        .collectAsList();
  }

  /**
   * Where a pattern would look for the run that is reported and scored, there is another. With the
   * names of the other kind for each folder and file, {@code KryoTest} runs all jobs.
   */
  @Test
  void everyJobTakesAndMakesThem() throws IOException {
    LocalSpark.session();
    OddNames names = new OddNames(folder, 0);

    JobWalk.over(
        name -> {
          if (name.equals("report")) {
            copy(names.place("named"), names.matched("run"));
          }
          return names.apply(name);
        });

    Path run = names.place("run");
    long answers = rows(Table.PREDICTIONS, run.resolve("predictions"));
    assertThat(answers).isGreaterThanOrEqualTo(16);
    assertThat(rows(Table.SCORES, run.resolve("scores")))
        .as("of the benchmark's three profiles")
        .isEqualTo(3 * answers);
    assertThat(
            Table.EFFICIENCY
                .read(LocalSpark.session(), List.of(names.place("report") + "/efficiency"))
                .selectExpr("sum(n)")
                .first()
                .getLong(0))
        .isEqualTo(answers);
    assertThat(runs(Table.SCORES, names.place("scored").resolve("scores")))
        .isEqualTo(runs(Table.PREDICTIONS, run.resolve("predictions")));
  }

  private static void copy(Path run, Path to) {
    try {
      FileUtils.copyDirectory(run.toFile(), to.toFile());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void whatCannotWorkIsRefusedBeforeTheFirstTask() {
    CommandLineRun both =
        CommandLineRun.of(
            "evaluate",
            "--model=" + Path.of(System.getProperty("project.root"), "conf", "mini-llava"),
            "--examples=" + folder.resolve("examples"),
            "--method=none",
            "--output=" + folder.resolve("a:b[1]"));
    assertThat(both.code()).isEqualTo(2);
    assertThat(both.err())
        .contains("a:b[1]' as a path: Spark cannot read what has both a colon and one of \\ { }");
    CommandLineRun relative =
        CommandLineRun.of(
            "prepare", "--benchmark=pope", "--source=" + folder, "--output=2026-11-25T10:00");
    assertThat(relative.code()).isEqualTo(2);
    assertThat(relative.err())
        .contains(
            "Cannot use --output '2026-11-25T10:00' as a path: what is before its first colon is"
                + " taken for a file system; for a name with a colon write ./2026-11-25T10:00");
    assertThat(folder).isEmptyDirectory();
  }
}
