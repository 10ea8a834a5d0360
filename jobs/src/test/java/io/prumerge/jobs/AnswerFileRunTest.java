package io.prumerge.jobs;

import static java.nio.file.StandardOpenOption.APPEND;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.prumerge.LocalLake;
import io.prumerge.LocalSpark;
import io.prumerge.console.ExitCode;
import io.prumerge.metric.ContrastResult;
import io.prumerge.metric.Metric;
import io.prumerge.store.RunRow;
import io.prumerge.store.Table;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Answers of other programs, in LLaVA's files, as a run. */
@Tag("spark")
class AnswerFileRunTest {

  private static final int QUESTIONS = 12;

  @TempDir private static Path folder;
  private static Path run;
  private static CommandLineRun made;

  @BeforeAll
  static void score() throws IOException {
    LocalSpark.session();
    List<String> questions = new ArrayList<>();
    for (int i = 0; i < QUESTIONS; i++) {
      questions.add(
          String.format(
              Locale.ROOT,
              "{\"question_id\": \"q%d\", \"image\": \"%d.png\", \"text\": \"Is it %d?\","
                  + " \"answer\": \"yes\"}",
              i,
              i / 2,
              i));
    }
    Files.write(folder.resolve("questions.jsonl"), questions);
    answers("base.jsonl", QUESTIONS, 9);
    answers("pruned-Tok64.jsonl", QUESTIONS - 1, 4);
    answers("copied.jsonl", QUESTIONS, 9);
    Files.writeString(folder.resolve("copied.jsonl"), "{\"question_id\": ", APPEND);
    run = folder.resolve("run");
    made = score("none=base.jsonl", "pruned:tokens=64=pruned-Tok64.jsonl", "copy=copied.jsonl");
  }

  /** Writes answers of which the first are right. */
  private static void answers(String name, int count, int right) throws IOException {
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      lines.add(
          String.format(
              Locale.ROOT,
              "{\"question_id\": \"q%d\", \"prompt\": \"Is it %d?\\nShortly.\", \"text\": \"%s\","
                  + " \"model_id\": \"llava-v1.5-7b\"}",
              i,
              i,
              i < right ? "Yes" : "no"));
    }
    Files.write(folder.resolve(name), lines);
  }

  private static CommandLineRun score(String... answers) {
    List<String> arguments = new ArrayList<>(List.of("score", "--benchmark", "custom"));
    for (String one : answers) {
      int place = one.lastIndexOf('=') + 1;
      arguments.addAll(
          List.of("--answers", one.substring(0, place) + folder.resolve(one.substring(place))));
    }
    arguments.addAll(
        List.of("--source", folder.resolve("questions.jsonl").toString(), "--output", "" + run));
    return CommandLineRun.of(arguments.toArray(String[]::new));
  }

  private static Dataset<Row> read(Table<?> table, String place) {
    return table.read(LocalSpark.session(), List.of(run.resolve(place).toString()));
  }

  @Test
  void whatFilesSayIsInThePredictionsAndTheRestIsNull() {
    assertThat(made.err())
        .contains("Counted ", "; 36 rows of the answer files: 35 with answers, 1 unreadable; ")
        .contains("; none: 12 rows of the answer files: 12 with answers, read as llava; ")
        .contains(
            "; pruned:tokens=64: 11 rows of the answer files: 11 with answers, read as llava; ")
        .contains(
            "; copy: 13 rows of the answer files: 12 with answers, 1 unreadable, read as llava\n")
        .contains("warning: copy: 1 row of the answer files cannot be read, ")
        .doesNotContain("prumerge-spark:");
    assertThat(made.code()).isEqualTo(ExitCode.DONE);
    assertThat(run.resolve("manifest.json")).content().contains("\"form\" : \"llava\"");
    assertThat(made.out())
        .as("as evaluate ends")
        .endsWith("Parquet: file:" + run + "\nReport: file:" + run + "/report/report.html\n");
    Dataset<Row> predictions = read(Table.PREDICTIONS, "predictions");

    assertThat(predictions.count()).isEqualTo(3 * QUESTIONS - 1);
    assertThat(
            predictions
                .where("method = 'pruned:tokens=64' AND question_id = 'q3'")
                .selectExpr(
                    "model",
                    "image_id",
                    "prompt",
                    "prompt_sha256 = sha2(prompt, 256)",
                    "answer",
                    "visual_tokens_after",
                    "visual_tokens_before",
                    "generated_tokens",
                    "flops_total",
                    "error")
                .collectAsList())
        .extracting(Row::toString)
        .containsExactly(
            "[llava-v1.5-7b,1.png,Is it 3?\nShortly.,true,Yes,64,null,null,null,null]");
  }

  @Test
  void scoresAndMetricsAreWhereTheyWereAndOfOneRun() {
    List<RunRow> runs = Table.RUNS.records(read(Table.RUNS, "report/runs"));

    assertThat(runs)
        .extracting(RunRow::model, RunRow::modelPath, RunRow::methods, RunRow::nRows)
        .containsExactly(
            tuple(
                "llava-v1.5-7b",
                "answers:llava-v1.5-7b",
                List.of("none", "pruned:tokens=64", "copy"),
                3L * QUESTIONS - 1));
    String id = runs.get(0).runId();
    assertThat(read(Table.SCORES, "scores").where("run_id != '" + id + "'").count()).isZero();
    assertThat(
            read(Table.SCORES, "scores")
                .where("method = 'pruned:tokens=64' AND question_id = 'q11' AND score IS NULL")
                .count())
        .as("a question without an answer")
        .isEqualTo(read(Table.SCORES, "scores").select("profile").distinct().count());
    assertThat(
            Metric.TABLE.records(read(Metric.TABLE, "metrics")).stream()
                .filter(Metric::headline)
                .map(metric -> metric.key().method() + " " + metric.counts().missing()))
        .containsExactlyInAnyOrder("none 0", "pruned:tokens=64 1", "copy 0");
    assertThat(
            Metric.TABLE.records(read(Metric.TABLE, "report/metrics")).stream()
                .filter(metric -> metric.headline() && metric.isConfirmatory())
                .filter(metric -> metric.key().method().startsWith("pruned"))
                .map(metric -> metric.caveat().orElse("")))
        .singleElement()
        .asString()
        .contains(
            "the difference is over the 11 questions that the baseline answered too; 0 only this"
                + " one, 1 only the baseline answered");
  }

  @Test
  void aMethodThatChangedNothingIsDoubtedAtTheHeadOfThePage() throws IOException {
    String doubt = "copy has the same answers as none to all 12 questions that both answer";

    assertThat(made.err()).contains("warning: " + doubt);
    assertThat(made.err())
        .contains("warning: questions in common with none: pruned:tokens=64 11 of 12; differences")
        .doesNotContain("copy 12");
    String page = Files.readString(run.resolve("report/report.md"));
    assertThat(page.substring(0, page.indexOf("## Figures")))
        .contains(doubt, "their labels are all that is known")
        .doesNotContain("pruned:tokens=64 has");
  }

  @Test
  void reportTakesTheRun() throws IOException {
    Path report = folder.resolve("report");
    CommandLineRun reported =
        CommandLineRun.of("report", "--runs", run.toString(), "--output", report.toString());

    assertThat(reported.code()).as(reported.err()).isEqualTo(ExitCode.DONE);
    assertThat(Files.readString(report.resolve("report.md")))
        .contains("| pruned:tokens=64 |", "their labels are all that is known");
    assertThat(contrasts(run.resolve("report")))
        .as("the run's own report tests what another report of it tests")
        .isNotEmpty()
        .isEqualTo(contrasts(report));
  }

  @Test
  void theRunIsAppendedToTables() {
    LocalLake.in(folder.resolve("lake"));
    CommandLineRun reported =
        CommandLineRun.of(
            "report",
            "--runs",
            run.toString(),
            "--output",
            folder.resolve("appended").toString(),
            "--tables",
            "lake.answers");

    assertThat(reported.code()).as(reported.err()).isEqualTo(ExitCode.DONE);
    assertThat(LocalSpark.session().table("lake.answers.predictions").count())
        .isEqualTo(3 * QUESTIONS - 1);
    assertThat(LocalSpark.session().table("lake.answers.runs").count()).isEqualTo(1);
  }

  @Test
  void aLabelIsABaseline() throws IOException {
    Path report = folder.resolve("against");
    CommandLineRun reported =
        CommandLineRun.of(
            "report",
            "--runs",
            run.toString(),
            "--baseline",
            "pruned:tokens=64",
            "--output",
            report.toString());

    assertThat(reported.code()).as(reported.err()).isEqualTo(ExitCode.DONE);
    assertThat(Files.readString(report.resolve("report.md")))
        .contains("- baseline: pruned:tokens=64");
    assertThat(
            CommandLineRun.of(
                    "report",
                    "--runs",
                    run.toString(),
                    "--baseline",
                    "pruned:tokens=65",
                    "--output",
                    report + "-2")
                .err())
        .contains(
            "No run has the --baseline pruned:tokens=65; methods: [none, pruned:tokens=64, copy];"
                + " did you mean pruned:tokens=64?");
    assertThat(
            CommandLineRun.of(
                    "report", "--runs", run.toString(), "--baseline", "full", "--output", "x")
                .err())
        .contains("methods: [none, pruned:tokens=64, copy]; name one of them");
  }

  private static List<ContrastResult> contrasts(Path report) {
    String table = report.resolve("contrasts").toString();
    return ContrastResult.TABLE.records(
        ContrastResult.TABLE.read(LocalSpark.session(), List.of(table)));
  }

  @Test
  void anotherRunIsNotWrittenOverIt() {
    assertThat(score("none=base.jsonl").err()).contains("exists already");
  }

  /** Figures and failures as the tool's own code has them (expected.json beside the logs). */
  @Test
  void logsOfAnotherToolAreARunWithItsScoresAndSettings() throws IOException {
    Path logs = Path.of("src/test/resources/logs").toAbsolutePath();
    Path log = folder.resolve("log-run");
    CommandLineRun scored =
        CommandLineRun.of(
            "score",
            "--answers",
            "none=" + logs.resolve("lmms-eval/pope/logs/made-org__full-7b"),
            "pruned=" + logs.resolve("edited/failures/made-org__full-7b"),
            "--benchmark",
            "pope",
            "--profile",
            "lmms-eval",
            "--source",
            logs.resolve("lmms-eval/pope/source").toString(),
            "--output",
            log.toString());

    assertThat(scored.code()).as(scored.err()).isEqualTo(ExitCode.DONE);
    assertThat(scored.err())
        .contains(
            "none: 12 rows of logs: 12 used; they answer 12 questions",
            "pruned: 12 rows of logs: 10 used, 2 with a failure for an answer");
    assertThat(
            Metric.TABLE
                .records(
                    Metric.TABLE.read(
                        LocalSpark.session(), List.of(log.resolve("metrics").toString())))
                .stream()
                .filter(metric -> metric.key().method().equals("none") && metric.headline())
                .map(metric -> metric.value().orElseThrow()))
        .containsExactly(80.0);
    Dataset<Row> predictions =
        Table.PREDICTIONS.read(
            LocalSpark.session(), List.of(log.resolve("predictions").toString()));
    assertThat(
            predictions
                .where("method = 'none' AND question_id = 'adversarial/3'")
                .selectExpr("model", "answer", "logged_score", "generated_tokens", "prompt")
                .collectAsList())
        .extracting(Row::toString)
        .containsExactly(
            "[made-org/full-7b,No, there is.,0.0,6,Is there a drum in the image?\nAnswer the"
                + " question using a single word or phrase.]");
    assertThat(
            predictions
                .where("method = 'pruned' AND error LIKE 'logged_failure: %' AND answer IS NULL")
                .count())
        .isEqualTo(2);
    assertThat(scored.err()).as("failures count").doesNotContain("in common");
    assertThat(Files.readString(log.resolve("manifest.json")))
        .contains(
            "\"model_args\" : \"pretrained=made-org/full-7b,attn_implementation=eager\"",
            "\"files\" : \"" + logs.resolve("edited/failures/made-org__full-7b") + "\"");
  }
}
