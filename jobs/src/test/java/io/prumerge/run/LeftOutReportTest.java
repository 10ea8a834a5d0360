package io.prumerge.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.prumerge.LocalSpark;
import io.prumerge.jobs.CommandLineRun;
import io.prumerge.metric.Metric;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.Encoders;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A report says of how many rows of a benchmark's files it says nothing. */
@Tag("spark")
@Tag("model")
class LeftOutReportTest {

  private static final String MODEL =
      Path.of(System.getProperty("project.root"), "conf", "mini-llava").toString();

  private static final String ONE = "1 row of its files could not be read and is not in n";

  @TempDir private static Path folder;

  @BeforeAll
  static void data() {
    LocalSpark.session();
    run("mini", "--split=test", "--seed=5", "--images=4", "--output=" + folder.resolve("data"));
  }

  private static CommandLineRun run(String... arguments) {
    CommandLineRun run = CommandLineRun.of(arguments);
    assertThat(run.code()).as(run.err()).isZero();
    return run;
  }

  private static CommandLineRun evaluated(String name) {
    run(
        "prepare",
        "--benchmark=pope",
        "--source=" + folder.resolve("data/pope"),
        "--output=" + folder.resolve(name + ".parquet"));
    return run(
        "evaluate",
        "--model=" + MODEL,
        "--examples=" + folder.resolve(name + ".parquet"),
        "--method=none",
        "--max-new-tokens=1",
        "--dtype=fp32",
        "--output=" + folder.resolve(name));
  }

  /** Returns the caveats of all figures in a report's table. */
  private static List<String> caveats(String table) {
    return Metric.TABLE
        .read(LocalSpark.session(), List.of(folder.resolve(table).toString()))
        .selectExpr("concat(run_id, ' ', coalesce(caveat, 'none'))")
        .as(Encoders.STRING())
        .collectAsList();
  }

  private static String page(String report) throws IOException {
    return Files.readString(folder.resolve(report).resolve("report.md"));
  }

  @Test
  void tablesAndPagesSayHowManyRowsWereLeftOut() throws IOException {
    CommandLineRun whole = evaluated("whole");
    Path file = folder.resolve("data/pope/llava_pope_test.jsonl");
    List<String> lines = new ArrayList<>(Files.readAllLines(file));
    lines.set(1, lines.get(1).substring(0, 20));
    Files.write(file, lines);
    CommandLineRun lacking = evaluated("lacking");

    assertThat(whole.err()).doesNotContain(ONE);
    assertThat(caveats("whole/report/metrics")).noneMatch(one -> one.contains(ONE));
    assertThat(lacking.err())
        .contains("1 row of the benchmarks' files could not be read when", "pope/test: " + ONE);
    assertThat(caveats("lacking/report/metrics"))
        .isNotEmpty()
        .allMatch(one -> one.contains(ONE + ": not valid JSON"));
    assertThat(page("lacking/report")).contains(ONE);
    assertThat(page("whole/report")).doesNotContain(ONE);

    CommandLineRun both =
        run(
            "report",
            "--runs",
            folder.resolve("whole").toString(),
            folder.resolve("lacking").toString(),
            "--output=" + folder.resolve("both"));

    String id = caveats("lacking/report/metrics").get(0).split(" ")[0];
    assertThat(both.err()).contains("pope/test of lacking: " + ONE);
    assertThat(caveats("both/metrics"))
        .allMatch(one -> one.contains(ONE) == one.startsWith(id + " "))
        .anyMatch(one -> one.contains(ONE))
        .anyMatch(one -> !one.contains(ONE));
    assertThat(page("both")).containsOnlyOnce(ONE);
  }
}
