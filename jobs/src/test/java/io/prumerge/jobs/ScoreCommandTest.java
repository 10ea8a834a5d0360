package io.prumerge.jobs;

import static io.prumerge.benchmark.PopeFiles.label;
import static io.prumerge.benchmark.PopeFiles.question;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.prumerge.LocalSpark;
import io.prumerge.benchmark.PopeFiles;
import io.prumerge.report.Rows;
import io.prumerge.report.Table;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ScoreCommandTest {

  private static final String DOG = "Is there a dog in the image?";

  @TempDir private Path folder;

  @BeforeAll
  static void session() {
    LocalSpark.session();
  }

  @BeforeEach
  void popeFiles() throws IOException {
    PopeFiles.questions(
        folder,
        question(1, "a.png", DOG, "adversarial"),
        question(2, "b.png", DOG, "adversarial"),
        question(10000001, "a.png", DOG, "random"));
    PopeFiles.labels(
        folder, "adversarial", label(1, "a.png", DOG, "yes"), label(2, "b.png", DOG, "yes"));
    PopeFiles.labels(folder, "random", label(1, "a.png", DOG, "yes"));
  }

  private CommandLineRun score(String answers, String... more) {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "score",
                "--benchmark",
                "pope",
                "--answers",
                answers,
                "--source",
                folder.toString()));
    arguments.addAll(List.of(more));
    return CommandLineRun.of(arguments.toArray(String[]::new));
  }

  private String answers(String... lines) throws IOException {
    return Files.write(folder.resolve("answers.jsonl"), List.of(lines)).toString();
  }

  private static String answer(int id, String text) {
    return "{\"question_id\": %d, \"prompt\": \"x\", \"text\": \"%s\", \"answer_id\": \"y\", \"model_id\": \"llava\", \"metadata\": {}}"
        .formatted(id, text);
  }

  @Test
  void scoresLlavasAnswerFileAndPrintsOneDocument() throws IOException {
    CommandLineRun run =
        score(answers(answer(1, "Yes"), answer(2, "No"), answer(10000001, "Yes.")), "--json");

    assertThat(run.err()).isEmpty();
    JsonNode document = new ObjectMapper().readTree(run.out());
    assertThat(document.get("benchmark").textValue()).isEqualTo("pope");
    assertThat(document.get("profile").textValue()).isEqualTo("official");
    assertThat(document.get("n").intValue()).isEqualTo(3);
    assertThat(document.get("n_unparsed").intValue()).isZero();
    assertThat(document.get("n_missing").intValue()).isZero();
    assertThat(document.get("metrics").get("f1/random").doubleValue()).isEqualTo(100);
    assertThat(document.get("metrics").get("f1").doubleValue())
        .isEqualTo((100 + 200 / 3.0) / 2, org.assertj.core.api.Assertions.within(1e-9));
    assertThat(document.get("metrics").get("recall/adversarial").doubleValue()).isEqualTo(50);
  }

  @Test
  void countsQuestionsWithoutAnAnswerAsMissing() throws IOException {
    JsonNode document =
        new ObjectMapper().readTree(score(answers(answer(1, "Yes")), "--json").out());

    assertThat(document.get("n").intValue()).isEqualTo(1);
    assertThat(document.get("n_missing").intValue()).isEqualTo(2);
    assertThat(document.get("metrics").get("accuracy").doubleValue()).isEqualTo(100);
  }

  @Test
  void namesAnswersThatCannotBe() throws IOException {
    assertThat(score(answers(answer(1, "Yes"), answer(9, "No"))).err())
        .isEqualTo(
            "prumerge-spark: answers.jsonl:2: '9' is no question of the pope files that --source names%n"
                .formatted());
    assertThat(score(answers(answer(1, "Yes"), answer(1, "No"))).err())
        .contains("answers.jsonl:2: question '1' is answered in answers.jsonl:1 already");
    assertThat(score(folder.resolve("nothing").toString()).code()).isEqualTo(ExitCode.USAGE);
    CommandLineRun nowhere =
        CommandLineRun.of(
            "score", "--benchmark", "pope", "--answers", "a.jsonl", "--source", "nowhere");
    assertThat(nowhere.err()).startsWith("prumerge-spark: --source nowhere does not exist");
    assertThat(nowhere.code()).isEqualTo(ExitCode.USAGE);
  }

  private String custom(String... questions) throws IOException {
    return Files.write(folder.resolve("custom.jsonl"), List.of(questions)).toString();
  }

  @Test
  void answersOfOneIdBelongToItsQuestionsInTheirOrder() throws IOException {
    String source =
        custom(
            "{\"question_id\": 1, \"text\": \"a\", \"answer\": \"red\"}",
            "{\"question_id\": 1, \"text\": \"b\", \"answer\": \"blue\"}");
    String[] arguments = {
      "score", "--benchmark", "custom", "--source", source, "--json", "--answers", ""
    };

    arguments[7] = answers(answer(1, "red"), answer(1, "blue"));
    JsonNode document = new ObjectMapper().readTree(CommandLineRun.of(arguments).out());
    assertThat(document.get("metrics").get("accuracy").doubleValue()).isEqualTo(100);
    assertThat(document.get("n").intValue()).isEqualTo(2);

    arguments[7] = answers(answer(1, "red"), answer(1, "blue"), answer(1, "green"));
    assertThat(CommandLineRun.of(arguments).err())
        .contains("answers.jsonl:3: question '1' is answered in answers.jsonl:2 already");
  }

  @Test
  void saysWhenThereIsNothingToScoreWith() throws IOException {
    String source = custom("{\"question_id\": 1, \"text\": \"a\"}");
    CommandLineRun run =
        CommandLineRun.of(
            "score",
            "--benchmark",
            "custom",
            "--source",
            source,
            "--answers",
            answers(answer(1, "red")));

    assertThat(run.code()).isEqualTo(ExitCode.FAILED);
    assertThat(run.err())
        .startsWith("prumerge-spark: There is nothing to score with: no question in ");
  }

  @Test
  void scoresPredictionsAndWritesTables() {
    String predictions = folder.resolve("predictions").toString();
    Table.PREDICTIONS.write(
        Rows.predictions(
            List.of(
                Rows.prediction("question_id", "1", "method", "none", "answer", "Yes"),
                Rows.prediction("question_id", "1", "method", "prumerge", "answer", "No"))),
        predictions);
    Path out = folder.resolve("out");

    CommandLineRun run = score(predictions, "--output", out.toString());

    assertThat(run.err().lines())
        .containsExactly(
            "warning: pope/test none: 2 of 3 questions have no answer, so these figures are over a subset",
            "warning: pope/test prumerge: 2 of 3 questions have no answer, so these figures are over a subset");
    assertThat(run.out()).contains("prumerge", "f1/adversarial", "missing=1");
    assertThat(
            Table.METRICS
                .read(LocalSpark.session(), List.of(out.resolve("metrics").toString()))
                .where("is_headline")
                .count())
        .isEqualTo(2);
    assertThat(score(predictions, "--output", out.toString()).code()).isEqualTo(ExitCode.USAGE);
  }
}
