package io.prumerge.jobs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.prumerge.LocalSpark;
import io.prumerge.console.ExitCode;
import io.prumerge.report.AnswerChange;
import io.prumerge.report.AnswerChangeKind;
import io.prumerge.report.Rescored;
import io.prumerge.report.RescoredKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Scores of other tools' logs beside ours, and two logs beside each other. */
@Tag("spark")
class RescoredTest {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Path LOGS = Path.of("src/test/resources/logs").toAbsolutePath();
  private static final Path POPE = LOGS.resolve("lmms-eval/pope");
  private static final Path PLAIN = POPE.resolve("logs/made-org__full-7b");
  private static final String SAMPLES = "20260806_101112_samples_pope.jsonl";
  private static final String RESULTS = "20260806_101112_results.json";

  @TempDir private static Path folder;
  private static Path first;
  private static Path second;
  private static CommandLineRun made;

  @BeforeAll
  static void score() throws IOException {
    LocalSpark.session();
    first = folder.resolve("first");
    second = folder.resolve("second");
    CommandLineRun plain = pope(first, "none=" + PLAIN);
    assertThat(plain.code()).as(plain.err()).isEqualTo(ExitCode.DONE);
    made = pope(second, "none=" + edited());
    assertThat(made.code()).as(made.err()).isEqualTo(ExitCode.DONE);
  }

  /** Changes a log in every way that another score may come from. */
  private static Path edited() throws IOException {
    List<ObjectNode> rows = rows();
    rows.get(0).put("filtered_resps", " YES \n");
    scored(rows.get(0), 0);
    scored(rows.get(2), 1);
    rows.get(4).put("input", "Look closely. " + rows.get(4).path("input").textValue());
    scored(rows.get(4), 0);
    rows.get(5).put("filtered_resps", "[LMMS_EVAL_REQUEST_FAILED after 5 retries] timeout");
    rows.get(7).putArray("filtered_resps").add("No").add("Yes");
    rows.get(9).put("input", "Look closely. " + rows.get(9).path("input").textValue());
    rows.get(9).put("filtered_resps", "Yes");
    scored(rows.get(9), 0);
    return written("edited", rows, "\"repeats\": 1");
  }

  private static List<ObjectNode> rows() throws IOException {
    List<ObjectNode> rows = new ArrayList<>();
    for (String line : Files.readAllLines(PLAIN.resolve(SAMPLES))) {
      rows.add((ObjectNode) JSON.readTree(line));
    }
    return rows;
  }

  private static void scored(ObjectNode row, double score) {
    for (JsonNode metric : row) {
      if (metric.has("score")) {
        ((ObjectNode) metric).put("score", score);
      }
    }
  }

  private static Path written(String name, List<ObjectNode> rows, String repeats)
      throws IOException {
    Path log = Files.createDirectories(folder.resolve(name + "/made-org__full-7b"));
    Files.write(log.resolve(SAMPLES), rows.stream().map(ObjectNode::toString).toList());
    String results = Files.readString(PLAIN.resolve(RESULTS));
    assertThat(results).contains("\"repeats\": 1");
    Files.writeString(log.resolve(RESULTS), results.replace("\"repeats\": 1", repeats));
    return log;
  }

  private static CommandLineRun pope(Path run, String answers) {
    return CommandLineRun.of(
        "score",
        "--answers",
        answers,
        "--benchmark",
        "pope",
        "--source",
        POPE.resolve("source").toString(),
        "--output",
        run.toString());
  }

  private static List<Rescored> rescored(Path report) {
    return Rescored.TABLE.records(
        Rescored.TABLE
            .read(LocalSpark.session(), List.of(report.resolve("rescored").toString()))
            .orderBy("question_id"));
  }

  @Test
  void anAnswerThatAnotherToolScoresOtherwiseSaysWhy() throws IOException {
    assertThat(rescored(second.resolve("report")))
        .extracting(Rescored::questionId, Rescored::kind, Rescored::score, Rescored::loggedScore)
        .containsExactly(
            tuple("adversarial/1", RescoredKind.RULE, 1.0, 0.0),
            tuple("adversarial/3", RescoredKind.EXTRACTION, 0.0, 1.0),
            tuple("popular/1", RescoredKind.PROMPT, 1.0, 0.0),
            tuple("popular/2", RescoredKind.FAILURE, 0.0, 1.0),
            tuple("popular/4", RescoredKind.REPETITION, 0.0, 1.0));
    assertThat(rescored(second.resolve("report")).get(1))
        .returns("lmms-eval", Rescored::profile)
        .returns("No, there is.", Rescored::answer)
        .returns("yes", Rescored::gold);
    assertThat(made.err())
        .contains(
            "none: the log scores 5 of 12 answers otherwise than lmms-eval here (extraction 1,"
                + " failure 1, prompt 1, repetition 1, rule 1), in the mean 50.00 % to 41.67 %;"
                + " report/rescored lists them");
    assertThat(Files.readString(second.resolve("report/report.md")))
        .contains("the log scores 5 of 12 answers otherwise");
  }

  @Test
  void aLogThatScoresAsWeDoHasNoRow() throws IOException {
    assertThat(rescored(first.resolve("report"))).isEmpty();
    assertThat(Files.readString(first.resolve("report/report.md"))).doesNotContain("otherwise");
  }

  @Test
  void questionsThatWereAskedSeveralTimesAreOfOneKind() throws IOException {
    List<ObjectNode> rows = rows();
    scored(rows.get(0), 0);
    scored(rows.get(2), 1);
    Path run = folder.resolve("repeated-run");

    assertThat(pope(run, "none=" + written("repeated", rows, "\"repeats\": 2")).code())
        .isEqualTo(ExitCode.DONE);
    assertThat(rescored(run.resolve("report")))
        .extracting(Rescored::kind)
        .containsExactly(RescoredKind.REPETITION, RescoredKind.REPETITION);
  }

  @Test
  void whatALanguageModelJudgedIsOfOneKind() throws IOException {
    Path source = LOGS.resolve("vlmevalkit/MMBench_DEV_EN/source/MMBench_DEV_EN.tsv");
    List<String> table = Files.readAllLines(source);
    List<String> judged = new ArrayList<>(List.of("index\tquestion\tanswer\tprediction\thit"));
    for (String line : table.subList(1, table.size())) {
      List<String> cells = List.of(line.split("\t"));
      judged.add(String.join("\t", cells.get(0), cells.get(1), cells.get(3), cells.get(3), "0"));
    }
    Path answers = folder.resolve("made_MMBench_DEV_EN_gpt-4o-mini_result.tsv");
    Files.write(answers, judged);
    Path run = folder.resolve("judged-run");
    CommandLineRun scored =
        CommandLineRun.of(
            "score",
            "--answers",
            "none=" + answers,
            "--benchmark",
            "mmbench",
            "--source",
            source.toString(),
            "--output",
            run.toString());

    assertThat(scored.code()).as(scored.err()).isEqualTo(ExitCode.DONE);
    assertThat(scored.err())
        .contains(
            "warning: none: the table's scores are those of the judge gpt-4o-mini, which cannot be"
                + " made again from the answers");
    assertThat(rescored(run.resolve("report")))
        .hasSize(table.size() - 1)
        .extracting(Rescored::kind)
        .containsOnly(RescoredKind.JUDGE);
  }

  @Test
  void twoLogsOfOneModelSayWhatDiffersAndWhatItMoves() throws IOException {
    Path report = folder.resolve("report");
    CommandLineRun reported =
        CommandLineRun.of(
            "report", "--runs", first.toString(), second.toString(), "--output", report.toString());

    assertThat(reported.code()).as(reported.err()).isEqualTo(ExitCode.DONE);
    List<AnswerChange> changes =
        AnswerChange.TABLE.records(
            AnswerChange.TABLE.read(
                LocalSpark.session(), List.of(report.resolve("answer_changes").toString())));
    assertThat(changes)
        .extracting(
            AnswerChange::kind,
            AnswerChange::questions,
            AnswerChange::differ,
            AnswerChange::scoresDiffer)
        .containsExactlyInAnyOrder(
            tuple(AnswerChangeKind.ANSWER, 12L, 3L, 2L),
            tuple(AnswerChangeKind.EXTRACTION, 12L, 2L, 2L),
            tuple(AnswerChangeKind.PROMPT, 12L, 1L, 1L));
    int sign = changes.get(0).a().startsWith("second") ? -1 : 1;
    assertThat(moved(changes, AnswerChangeKind.ANSWER)).isCloseTo(sign * 200 / 12.0, within(1e-9));
    assertThat(moved(changes, AnswerChangeKind.PROMPT)).isCloseTo(sign * 100 / 12.0, within(1e-9));
    assertThat(moved(changes, AnswerChangeKind.EXTRACTION)).as("one up and one down").isZero();
    assertThat(Files.readString(report.resolve("report.md")))
        .contains("of 12 questions 6 differ: 3 by answer, 2 of them with another score");
    assertThat(rescored(report)).hasSize(5);
  }

  private static double moved(List<AnswerChange> changes, AnswerChangeKind kind) {
    return changes.stream().filter(one -> one.kind() == kind).findFirst().orElseThrow().moved();
  }
}
