package io.prumerge.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import io.prumerge.LocalSpark;
import io.prumerge.store.Table;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Folders with names that some library takes for a pattern, a URL or a list. */
@Tag("spark")
@EnabledOnOs(OS.LINUX)
class FolderNamesTest {

  /** No path may have both a colon and a brace. */
  private static final List<String> SUFFIXES = List.of(" [a]{b,c}*?\\%20+#;\u00e9", ":x y");

  @TempDir private Path folder;

  private long rows(Table<?> table, Path path) {
    return table.read(LocalSpark.session(), List.of(path.toString())).count();
  }

  /** Next to each folder stand those that a pattern would find too, or instead. */
  @Test
  void everyJobTakesAndMakesThem() throws IOException {
    walk(0);
  }

  /** With the names of the other kind for each folder and file. */
  @Test
  @Tag("soak")
  void everyJobTakesAndMakesTheOtherKind() throws IOException {
    walk(1);
  }

  /** Runs all jobs, whose folders and files have names of one kind and the other by turns. */
  private void walk(int first) throws IOException {
    LocalSpark.session();
    List<Path> in = new ArrayList<>();
    for (String suffix : SUFFIXES) {
      in.add(Files.createDirectories(folder.resolve("in" + suffix)));
    }
    Path decoy = Files.createDirectories(folder.resolve("decoys"));
    JobWalk.copy(Path.of(System.getProperty("project.root"), "conf", "mini-llava"), decoy);
    Map<String, Path> places = new HashMap<>();

    JobWalk.over(
        name -> {
          int kind = (first + places.size()) % SUFFIXES.size();
          return places
              .computeIfAbsent(name, unused -> in.get(kind).resolve(name + SUFFIXES.get(kind)))
              .toString();
        });

    Path run = places.get("run");
    long answers = rows(Table.PREDICTIONS, run.resolve("predictions"));
    assertThat(answers).isGreaterThanOrEqualTo(16);
    assertThat(rows(Table.SCORES, run.resolve("scores")))
        .as("of both of the benchmark's profiles")
        .isEqualTo(2 * answers);
  }

  @Test
  void aReportIsAboutTheNamedRunAlone() throws IOException {
    SparkSession spark = LocalSpark.session();
    Path data = folder.resolve("data");
    require("mini", "--split=test", "--seed=5", "--images=12", "--output=" + data);
    require(
        "prepare",
        "--benchmark=pope",
        "--source=" + data.resolve("pope"),
        "--output=" + folder.resolve("examples"));
    for (String run : List.of("run1", "run?")) {
      require(
          "evaluate",
          "--model=" + Path.of(System.getProperty("project.root"), "conf", "mini-llava"),
          "--examples=" + folder.resolve("examples"),
          "--method=none",
          "--limit=" + (run.equals("run1") ? 30 : 2),
          "--device=cpu",
          "--dtype=fp32",
          "--max-new-tokens=1",
          "--output=" + folder.resolve(run));
    }
    require("report", "--runs=" + folder.resolve("run?"), "--output=" + folder.resolve("r"));
    require(
        "score",
        "--benchmark=pope",
        "--source=" + data.resolve("pope"),
        "--answers=" + folder.resolve("run?"),
        "--output=" + folder.resolve("s"));

    long own = rows(Table.PREDICTIONS, folder.resolve("run?/predictions"));
    assertThat(own).isLessThan(rows(Table.PREDICTIONS, folder.resolve("run1/predictions")));
    assertThat(
            Table.EFFICIENCY
                .read(spark, List.of(folder.resolve("r/efficiency").toString()))
                .selectExpr("sum(n)")
                .first()
                .getLong(0))
        .isEqualTo(own);
    assertThat(
            Table.SCORES
                .read(spark, List.of(folder.resolve("s/scores").toString()))
                .select("run_id")
                .distinct()
                .count())
        .isEqualTo(1);
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

  private static void require(String... arguments) {
    CommandLineRun run = CommandLineRun.of(arguments);
    assertThat(run.code()).as(run.err()).isZero();
  }
}
