package io.prumerge.jobs;

import static io.prumerge.benchmark.file.PopeFiles.label;
import static io.prumerge.benchmark.file.PopeFiles.question;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.prumerge.LocalSpark;
import io.prumerge.benchmark.file.PopeFiles;
import io.prumerge.console.ExitCode;
import io.prumerge.lease.LeaseHolder;
import io.prumerge.lease.LeasedWork;
import io.prumerge.lease.UnfinishedFolder;
import io.prumerge.metric.Metric;
import io.prumerge.metric.Rows;
import io.prumerge.store.Table;
import io.prumerge.store.WholeFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("spark")
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
        question(10000001, "a.png", DOG, "random"),
        question(20000001, "a.png", DOG, "popular"));
    PopeFiles.labels(
        folder, "adversarial", label(1, "a.png", DOG, "yes"), label(2, "b.png", DOG, "yes"));
    PopeFiles.labels(folder, "random", label(1, "a.png", DOG, "yes"));
    PopeFiles.labels(folder, "popular", label(1, "a.png", DOG, "yes"));
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
    return "{\"question_id\": %d, \"prompt\": \"Is there a dog in the image? b\", \"text\": \"%s\", \"answer_id\": \"y\", \"model_id\": \"llava\", \"metadata\": {}}"
        .formatted(id, text);
  }

  @Test
  void scoresLlavasAnswerFileAndPrintsOneDocument() throws IOException {
    CommandLineRun run =
        score(
            answers(
                answer(1, "Yes"),
                answer(2, "No"),
                answer(10000001, "Yes."),
                answer(20000001, "Yes.")),
            "--json");

    assertThat(run.problems()).isEmpty();
    JsonNode document = new ObjectMapper().readTree(run.out());
    assertThat(document.get("benchmark").textValue()).isEqualTo("pope");
    assertThat(document.get("profile").textValue()).isEqualTo("official");
    assertThat(document.get("n").intValue()).isEqualTo(4);
    assertThat(document.get("n_unparsed").intValue()).isZero();
    assertThat(document.get("n_missing").intValue()).isZero();
    assertThat(document.get("metrics").get("f1/random").doubleValue()).isEqualTo(100);
    assertThat(document.get("metrics").get("f1").doubleValue())
        .isEqualTo((200 + 200 / 3.0) / 3, within(1e-9));
    assertThat(document.get("metrics").get("recall/adversarial").doubleValue()).isEqualTo(50);
  }

  @Test
  void countsQuestionsWithoutAnAnswerAsMissing() throws IOException {
    CommandLineRun run = score(answers(answer(1, "Yes")), "--json");
    JsonNode document = new ObjectMapper().readTree(run.out());

    assertThat(document.get("n").intValue()).isEqualTo(1);
    assertThat(document.get("n_missing").intValue()).isEqualTo(3);
    assertThat(document.get("metrics").get("accuracy/adversarial").doubleValue()).isEqualTo(100);
    assertThat(document.get("metrics").get("accuracy").isNull()).isTrue();
    assertThat(run.err())
        .contains(
            "warning: pope/test: no f1, accuracy, precision, recall, yes_ratio over all 3 groups:"
                + " no answers in popular, random");
  }

  @Test
  void namesAnswersThatCannotBe() throws IOException {
    assertThat(score(answers(answer(1, "Yes"), answer(9, "No"))).err())
        .isEqualTo(
            "prumerge-spark: %s:2: '9' is no question of the pope files%n"
                .formatted(folder.resolve("answers.jsonl")));
    assertThat(score(answers(answer(1, "Yes"), answer(1, "No"))).err())
        .contains("answers.jsonl:2: question '1' is answered in ", "answers.jsonl:1 already");
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
        .contains("answers.jsonl:3: question '1' is answered in ", "answers.jsonl:2 already");
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
    assertThat(run.problems())
        .singleElement()
        .asString()
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

    assertThat(run.problems())
        .containsExactly(
            "warning: pope/test: 3 of 4 questions have no answer, so these figures are over a"
                + " subset",
            "warning: pope/test: no f1, accuracy, precision, recall, yes_ratio over all 3 groups:"
                + " no answers in popular, random");
    assertThat(run.out()).contains("prumerge", "f1/adversarial", "missing=1");
    assertThat(
            Metric.TABLE
                .read(LocalSpark.session(), List.of(out.resolve("metrics").toString()))
                .where("is_headline")
                .count())
        .isEqualTo(2);
    assertThat(score(predictions, "--output", out.toString()).code()).isEqualTo(ExitCode.USAGE);
  }

  @Test
  void severalFilesAreOneSet() throws IOException {
    String source =
        custom(
            "{\"question_id\": 1, \"text\": \"a\", \"answer\": \"red\"}",
            "{\"question_id\": 1, \"text\": \"b\", \"answer\": \"blue\"}");
    Path second = folder.resolve("second.jsonl");
    Files.writeString(second, answer(1, "blue"));
    String[] arguments = {
      "score",
      "--benchmark",
      "custom",
      "--source",
      source,
      "--json",
      "--answers",
      answers(answer(1, "red")),
      second.toString()
    };

    JsonNode document = new ObjectMapper().readTree(CommandLineRun.of(arguments).out());
    assertThat(document.get("metrics").get("accuracy").doubleValue()).isEqualTo(100);

    Files.writeString(second, answer(1, "blue") + "\n" + answer(1, "green"));
    assertThat(CommandLineRun.of(arguments).err())
        .contains("second.jsonl:2: question '1' is answered in ", "second.jsonl:1 already");
  }

  @Test
  void refusesFilesThatAreNoAnswers() throws IOException {
    Path file = Files.writeString(folder.resolve("answers.txt"), "yes");

    CommandLineRun run = score(file.toString());

    assertThat(run.code()).isEqualTo(ExitCode.FAILED);
    assertThat(run.err()).contains("answers.txt is neither a run or table of predictions nor");
    assertThat(score(folder.toString()).err()).contains("is neither a run or table");
  }

  @Test
  void refusesPredictionsThatAreGivenTwice() {
    String predictions = folder.resolve("predictions").toString();
    Table.PREDICTIONS.write(
        Rows.predictions(List.of(Rows.prediction("question_id", "1"))), predictions);

    assertThat(score(predictions, "--answers", predictions).err())
        .contains("The answers hold question 1 2 times for run run, method none");
  }

  @Test
  void refusesPredictionsThatDoNotSayWhatTheyAnswer() {
    String predictions = folder.resolve("predictions").toString();
    Table.PREDICTIONS.write(
        Rows.predictions(
            List.of(
                Rows.prediction("question_id", "1", "model", null),
                Rows.prediction("question_id", null, "model", null))),
        predictions);

    assertThat(score(predictions).err())
        .isEqualTo(
            "prumerge-spark: Cannot score the predictions in %s: of those for pope there are 2 without model, 1 without question_id\n"
                .formatted(predictions));
  }

  @Test
  void exportsAreForBenchmarksThatTakeThem() throws IOException {
    CommandLineRun run =
        CommandLineRun.of(
            "score",
            "--benchmark",
            "custom",
            "--source",
            custom("{\"question_id\": 1, \"text\": \"a\"}"),
            "--answers",
            answers(answer(1, "x")),
            "--export",
            folder.resolve("export").toString());

    assertThat(run.code()).isEqualTo(ExitCode.USAGE);
    assertThat(run.err())
        .startsWith(
            "prumerge-spark: --export: custom has no submission format; export it by --export-form"
                + " lmms-eval, or one of the benchmarks that have one: ")
        .contains("scienceqa");
    assertThat(folder.resolve("export")).doesNotExist();
  }

  @Test
  void aFormOfExportsIsKnownAndHasAFolder() throws IOException {
    CommandLineRun unknown = score(answers(answer(1, "Yes")), "--export-form", "lmms-evl");
    CommandLineRun nowhere = score(answers(answer(1, "Yes")), "--export-form", "lmms-eval");

    assertThat(unknown.code()).isEqualTo(ExitCode.USAGE);
    assertThat(unknown.err()).contains("known: submission, lmms-eval; did you mean lmms-eval?");
    assertThat(nowhere.code()).isEqualTo(ExitCode.USAGE);
    assertThat(nowhere.err())
        .isEqualTo(
            "prumerge-spark: --export-form lmms-eval needs --export DIR, a new folder for the"
                + " files%n".formatted());
  }

  @Test
  void samplesOfSomeAnswersSayWhichQuestionsLackOne() throws IOException {
    Path export = folder.resolve("export");

    CommandLineRun run =
        score(
            answers(answer(1, "Yes"), answer(2, "")),
            "--export",
            export.toString(),
            "--export-form",
            "lmms-eval");

    assertThat(run.out()).contains("Samples: ", "export/answers");
    assertThat(run.err())
        .contains("2 of 4 questions have no answer in ", ": not asked, or a failed request");
    CommandLineRun again = score(export.resolve("answers").toString());
    assertThat(again.err()).contains("2 rows of logs: 2 used; they answer 2 questions");
  }

  @Test
  void anExportGivesTheSameScoreAsThePredictions() throws IOException {
    Path source = Files.createDirectory(folder.resolve("scienceqa"));
    Files.writeString(
        source.resolve("problems.json"),
        "{\"7\": %s, \"8\": %s}".formatted(problem("\"image.png\"", 0), problem("null", 1)));
    Files.writeString(source.resolve("pid_splits.json"), "{\"test\": [\"7\", \"8\"]}");
    String predictions = folder.resolve("predictions").toString();
    List<Row> rows = new ArrayList<>();
    for (String method : List.of("none", "prumerge:k=8")) {
      rows.add(scienceQa("7", method, "A"));
      rows.add(scienceQa("8", method, method.equals("none") ? "B" : "A"));
    }
    Table.PREDICTIONS.write(Rows.predictions(rows), predictions);
    Path export = folder.resolve("export");
    String partial = WholeFile.partialName("export");
    Path killed = Files.createDirectory(folder.resolve(partial + UUID.randomUUID()));

    CommandLineRun run = scoreScienceQa(source, predictions, "--export", export.toString());
    JsonNode again =
        new ObjectMapper()
            .readTree(
                scoreScienceQa(
                        source,
                        export.resolve("prumerge_k=8").resolve("scienceqa_result.json").toString(),
                        "--json")
                    .out());

    assertThat(run.problems()).isEmpty();
    assertThat(run.out())
        .contains("Submission: ", "export/none", "export/prumerge_k=8")
        .doesNotContain(partial);
    assertThat(killed).as("what a killed command has left").doesNotExist();
    assertThat(again.get("metrics").get("accuracy").doubleValue()).isEqualTo(50);
    assertThat(again.get("metrics").get("accuracy_img").doubleValue()).isEqualTo(100);
    assertThat(again.get("n").intValue()).isEqualTo(2);
  }

  private static CommandLineRun scoreScienceQa(Path source, String answers, String... more) {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "score",
                "--benchmark",
                "scienceqa",
                "--source",
                source.toString(),
                "--answers",
                answers));
    arguments.addAll(List.of(more));
    return CommandLineRun.of(arguments.toArray(String[]::new));
  }

  private static String problem(String image, int answer) {
    return """
    {"question": "q", "choices": ["x", "y"], "answer": %d, "hint": "", "image": %s,
     "task": "t", "grade": "grade2", "subject": "natural science", "topic": "physics",
     "category": "c", "skill": "s", "lecture": "", "solution": "", "split": "test"}
    """
        .formatted(answer, image);
  }

  private static Row scienceQa(String id, String method, String answer) {
    return Rows.prediction(
        "benchmark", "scienceqa", "question_id", id, "method", method, "answer", answer);
  }

  @Test
  void aSecondDriverOfOneFolderIsRefused() throws IOException {
    Path target = folder.resolve("scored");
    org.apache.hadoop.fs.Path place = new org.apache.hadoop.fs.Path(target.toUri());
    String answers = answers(answer(1, "Yes"), answer(2, "No"));
    try (UnfinishedFolder other =
        UnfinishedFolder.beside(place, "scoring", place.getFileSystem(new Configuration()))) {
      other.take(LeaseHolder.here("score"), LeasedWork.FOLDER);
      CommandLineRun second = score(answers, "--output", target.toString());
      assertThat(second.code()).isEqualTo(ExitCode.FAILED);
      assertThat(second.err())
          .contains("Cannot write this folder: ", "or name another folder as --output");
    }
    assertThat(score(answers, "--output", target.toString()).code()).isZero();
  }
}
