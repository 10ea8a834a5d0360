package io.prumerge.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.list;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.prumerge.LocalSpark;
import io.prumerge.console.ExitCode;
import io.prumerge.jobs.CommandLineRun;
import io.prumerge.metric.Metric;
import io.prumerge.prepare.TicketFiles;
import io.prumerge.source.SideCounts;
import io.prumerge.store.CountsRow;
import io.prumerge.store.RunRow;
import io.prumerge.store.Table;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.commons.io.FileUtils;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code prepare} counted stands where a run's figures are read. */
@Tag("spark")
@Tag("model")
class CountsReportTest {

  private static final SparkSession SPARK = LocalSpark.session();

  private static final Path ROOT = Path.of(System.getProperty("project.root"));

  /** Rows by reason, and pictures by error. */
  private static final List<String> TICKETS =
      List.of(
          "2 rows of its files could not be read and are not in n: 'asked' is empty: there is no"
              + " question (1); 3 cells in this row, 6 in the header (is the file cut off?) (1)",
          "2 of 10 questions are beyond the limit and not in n",
          "5 of its 6 pictures cannot be shown (1 missing, 1 image_corrupt, 3 image_unsupported),"
              + " so that questions about them are errors");

  private static final String SIDE =
      "coco_pope_adversarial.json: 8 rows, 6 used, 1 for questions that are not there, 1"
          + " unreadable";

  private static final String POPE =
      "18 rows of the benchmark: 18 became questions; 18 questions; 1 picture: 1 found; "
          + SIDE.replace("_", "\\_");

  private static final String READ =
      "15 rows of the benchmark: 10 became questions, 2 of other splits, 1 without what the layout"
          + " asks for, 2 left out; 10 questions, 2 beyond the limit, 1 without a picture; 6"
          + " pictures: 1 found, 1 missing, 1 image\\_corrupt, 3 image\\_unsupported";

  @TempDir private static Path folder;

  private static CommandLineRun evaluated;

  /** Of the tickets and of a table that an earlier version prepared: more errors than allowed. */
  private static CommandLineRun mixed;

  /** Of both runs, and one of before. */
  private static CommandLineRun report;

  @BeforeAll
  static void runs() throws IOException {
    Path file = TicketFiles.write(Files.createDirectory(folder.resolve("tickets")));
    done("prepare", "--benchmark=" + file, "--limit=8", "--output=" + place("tickets.parquet"));
    done("mini", "--split=test", "--seed=5", "--images=4", "--output=" + place("data"));
    Files.writeString(
        folder.resolve("data/pope/coco/coco_pope_adversarial.json"),
        "{\"question_id\": 99, \"image\": \"x.png\", \"text\": \"?\", \"label\": \"no\"}\n"
            + "{\"quest\n",
        StandardOpenOption.APPEND);
    done(
        "prepare",
        "--benchmark=pope",
        "--source=" + place("data/pope"),
        "--output=" + place("pope.parquet"));
    evaluated = evaluate("run", "--max-error-rate=0.5", "tickets.parquet", "pope.parquet");
    FileUtils.copyDirectory(
        ROOT.resolve("jobs/src/test/resources/runs/4b7ee902").toFile(),
        folder.resolve("former").toFile());
    mixed = evaluate("mixed", "--max-error-rate=0.1", "former/former.examples", "tickets.parquet");
    report =
        CommandLineRun.of(
            "report",
            "--runs",
            place("run"),
            place("former/run"),
            place("mixed"),
            "--csv=" + place("csv"),
            "--output=" + place("all"));
  }

  private static String place(String name) {
    return folder.resolve(name).toString();
  }

  private static CommandLineRun done(String... arguments) {
    CommandLineRun run = CommandLineRun.of(arguments);
    assertThat(run.code()).as(run.err()).isZero();
    return run;
  }

  private static CommandLineRun evaluate(String output, String rate, String... examples) {
    List<String> arguments = new ArrayList<>(List.of("evaluate", "--examples"));
    Stream.of(examples).map(CountsReportTest::place).forEach(arguments::add);
    arguments.addAll(List.of("--model=" + ROOT.resolve("conf/mini-llava"), "--method=none"));
    arguments.addAll(List.of("--max-new-tokens=1", "--dtype=fp32", rate));
    arguments.add("--output=" + place(output));
    return CommandLineRun.of(arguments.toArray(String[]::new));
  }

  private static List<RunRow> records(String report) {
    return Table.RUNS.records(Table.RUNS.read(SPARK, List.of(place(report + "/runs"))));
  }

  private static String page(String report, String name) throws IOException {
    return Files.readString(folder.resolve(report).resolve(name));
  }

  @Test
  void figuresSayWhatTheyAreNotOf() throws IOException {
    assertThat(evaluated.code()).as(evaluated.err()).isZero();
    List<String> caveats =
        Metric.TABLE
            .read(SPARK, List.of(place("run/report/metrics")))
            .selectExpr("concat(benchmark, ': ', coalesce(caveat, 'none'))")
            .as(Encoders.STRING())
            .collectAsList();
    assertThat(caveats)
        .anyMatch(one -> one.startsWith("tickets: "))
        .anyMatch(one -> one.startsWith("pope: "))
        .allMatch(one -> one.endsWith(one.startsWith("pope") ? SIDE : String.join("; ", TICKETS)));
    TICKETS.forEach(
        one -> assertThat(evaluated.err()).contains("warning: tickets/test: " + one + "\n"));
    assertThat(evaluated.err()).contains("warning: pope/test: " + SIDE + "\n");
    assertThat(page("run/report", "report.html")).contains(SIDE).contains(TICKETS.get(1));
    assertThat(page("run/report", "report.md"))
        .contains("POPE F1: " + SIDE.replace("_", "\\_"))
        .contains(TICKETS.get(1));
  }

  @Test
  void countsStandInTheTableOfRuns() {
    assertThat(records("run/report"))
        .singleElement()
        .extracting(RunRow::counts)
        .asInstanceOf(list(CountsRow.class))
        .satisfiesExactlyInAnyOrder(
            tickets -> {
              assertThat(tickets.isOf("tickets", "test")).isTrue();
              assertThat(tickets.rows()).isEqualTo(15);
              assertThat(tickets.asQuestions()).isEqualTo(10);
              assertThat(tickets.ofOtherSplits()).isEqualTo(2);
              assertThat(tickets.lacking()).isEqualTo(1);
              assertThat(tickets.leftOut()).isEqualTo(2);
              assertThat(tickets.leftOutBy()).hasSize(2).containsValue(1L);
              assertThat(tickets.questions()).isEqualTo(10);
              assertThat(tickets.questionsBeyondLimit()).isEqualTo(2);
              assertThat(tickets.pictures()).isEqualTo(6);
              assertThat(tickets.picturesFound()).isEqualTo(1);
              assertThat(tickets.picturesMissing()).isEqualTo(1);
              assertThat(tickets.picturesRefusedBy())
                  .isEqualTo(Map.of("image_corrupt", 1L, "image_unsupported", 3L));
              assertThat(tickets.sides()).isEmpty();
            },
            pope -> {
              assertThat(pope.isOf("pope", "test")).isTrue();
              assertThat(pope.leftOut()).isZero();
              assertThat(pope.sides())
                  .contains(new SideCounts("coco_pope_adversarial.json", 8, 6, 1, 0, 1, 0));
            });
    assertThat(
            SPARK
                .read()
                .parquet(place("run/report/runs"))
                .selectExpr("inline(counts)")
                .selectExpr("benchmark", "rows - as_questions - left_out AS others")
                .where("others > 0")
                .as(Encoders.tuple(Encoders.STRING(), Encoders.LONG()))
                .collectAsList())
        .containsExactly(new scala.Tuple2<>("tickets", 3L));
  }

  /** Runs of before, and of a table that was prepared before, say that nothing was counted. */
  @Test
  void runsOfBeforeAreReportedBesideThem() throws IOException {
    assertThat(report.code()).as(report.err()).isZero();
    assertThat(records("all")).hasSize(3).filteredOn(run -> run.counts() == null).hasSize(1);
    assertThat(page("all", "report.md").lines().filter(one -> one.startsWith("| read for ")))
        .containsExactlyInAnyOrder(
            "| read for former test | not counted |  | not counted |",
            "| read for former-yes-no test | not counted |  |  |",
            "| read for pope test |  | " + POPE + " |  |",
            "| read for tickets test |  | " + READ + " | " + READ + " |");
    assertThat(report.err())
        .contains("warning: tickets/test: " + TICKETS.get(1) + "\n")
        .contains("warning: pope/test: " + SIDE + "\n");
    assertThat(page("csv", "runs.csv"))
        .contains(
            ",\"[{\"\"benchmark\"\":\"\"tickets\"\",\"\"split\"\":\"\"test\"\",\"\"rows\"\":15,",
            "\"\"pictures_refused_by\"\":{\"\"image_corrupt\"\":1,\"\"image_unsupported\"\":3}",
            "\"\"sides\"\":[{\"\"file\"\":\"\"coco_pope_adversarial.json\"\",\"\"rows\"\":8,");
  }

  /** 5 of 8 answers about tickets are errors, and none about POPE. */
  @Test
  void errorsAreRedAboveTheRunsOwnLimit() throws IOException {
    assertThat(mixed.code()).isEqualTo(ExitCode.FAILED);
    assertThat(evaluated.code()).as(evaluated.err()).isZero();
    assertThat(page("mixed/report", "report.md")).containsPattern("- errors: \\*\\*\\d+ \\(");
    assertThat(page("run/report", "report.md")).containsPattern("- errors: 5 \\(");
    JsonNode manifest =
        new ObjectMapper().readTree(Files.readString(folder.resolve("run/manifest.json")));
    assertThat(manifest.path("max_error_rate").path(0).asDouble()).isEqualTo(0.5);
    assertThat(page("all", "report.md")).containsPattern("- errors: \\*\\*\\d+ \\(");
  }
}
