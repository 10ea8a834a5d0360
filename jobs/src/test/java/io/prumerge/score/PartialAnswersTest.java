package io.prumerge.score;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.prumerge.LocalSpark;
import io.prumerge.console.ExitCode;
import io.prumerge.jobs.CommandLineRun;
import io.prumerge.metric.Metric;
import io.prumerge.metric.Rows;
import io.prumerge.store.Table;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code score} says of answers that are not all, or not those of the benchmark. */
@Tag("spark")
class PartialAnswersTest {

  private static final String HEADER =
      "index\tquestion\thint\tA\tB\tC\tD\tanswer\tcategory\timage\tsource\tl2-category\tcomment"
          + "\tsplit\n";

  @TempDir private Path folder;

  @BeforeAll
  static void session() {
    LocalSpark.session();
  }

  private CommandLineRun score(String benchmark, String answers, String... more) {
    List<String> arguments = new ArrayList<>(List.of("score", "--benchmark", benchmark));
    arguments.addAll(List.of("--source", folder.resolve("source").toString()));
    arguments.addAll(List.of("--answers", answers));
    arguments.addAll(List.of(more));
    return CommandLineRun.of(arguments.toArray(String[]::new));
  }

  private void source(String name, String text) throws IOException {
    Files.writeString(Files.createDirectories(folder.resolve("source")).resolve(name), text);
  }

  /** An answer file of {@code id, text, id, text, ...}. */
  private String answers(String... idsAndTexts) throws IOException {
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < idsAndTexts.length; i += 2) {
      lines.add(
          "{\"question_id\": \"%s\", \"text\": \"%s\"}"
              .formatted(idsAndTexts[i], idsAndTexts[i + 1]));
    }
    return Files.write(folder.resolve("answers.jsonl"), lines).toString();
  }

  private static JsonNode document(CommandLineRun run) throws IOException {
    assertThat(run.code()).as(run.err()).isZero();
    return new ObjectMapper().readTree(run.out());
  }

  /** Returns the caveats of all figures in the table that {@code score} wrote. */
  private static List<String> caveats(Path output) {
    return Metric.TABLE
        .read(LocalSpark.session(), List.of(output.resolve("metrics").toString()))
        .selectExpr("coalesce(caveat, 'none')")
        .as(Encoders.STRING())
        .collectAsList();
  }

  private void mmBench() throws IOException {
    String image = "iVBORw0KGgo".repeat(10);
    source(
        "mmbench_dev_en.tsv",
        HEADER
            + row(5, "cat\tdog", "B", image)
            + row(1_000_005, "dog\tcat", "A", "5")
            + row(6, "cat\tdog", "A", image)
            + row(1_000_006, "dog\tcat", "B", "6"));
  }

  private static String row(long index, String options, String answer, String image) {
    return "%d\tWho?\t\t%s\t\t\t%s\tocr\t%s\t\tperception\t\tdev\n"
        .formatted(index, options, answer, image);
  }

  @Test
  void thereIsNoCircularShareOfCirclesWithHoles() throws IOException {
    mmBench();

    CommandLineRun run = score("mmbench", answers("5", "B", "6", "A"), "--json");

    JsonNode metrics = document(run).get("metrics");
    assertThat(metrics.get("circular").isNull()).isTrue();
    assertThat(metrics.get("circular/ocr").isNull()).isTrue();
    assertThat(metrics.get("vanilla").doubleValue()).isEqualTo(100);
    assertThat(run.err())
        .contains(
            "2 of 4 questions have no answer",
            "no circular: 2 of its units have answers to some of their questions only");

    String whole = answers("5", "B", "1000005", "A");
    assertThat(document(score("mmbench", whole, "--json")).get("metrics").get("circular").asInt())
        .as("one circle left out, the other whole")
        .isEqualTo(100);
  }

  private static String own(int id) {
    return "{\"question_id\": %d, \"text\": \"Why?\", \"answer\": \"x\"}\n".formatted(id);
  }

  private CommandLineRun own(String questions, String answers, String... more) throws IOException {
    source("q.jsonl", questions);
    List<String> arguments = new ArrayList<>(List.of("score", "--benchmark", "custom"));
    arguments.addAll(List.of("--source", folder.resolve("source/q.jsonl").toString()));
    arguments.addAll(List.of("--answers", answers));
    arguments.addAll(List.of(more));
    return CommandLineRun.of(arguments.toArray(String[]::new));
  }

  @Test
  void answersToQuestionsThatWereLeftOutAreIgnored() throws IOException {
    String questions = own(1) + "{\"question_id\": 2, \"text\"\n" + own(3);
    Path output = folder.resolve("scored");

    CommandLineRun run =
        own(questions, answers("1", "x", "2", "x", "3", "y"), "--json", "--output=" + output);

    assertThat(document(run).get("n").intValue()).isEqualTo(2);
    assertThat(document(run).get("metrics").get("accuracy").doubleValue()).isEqualTo(50);
    assertThat(run.err())
        .contains(
            "1 row cannot be read and is left out, so scores are over fewer questions: q.jsonl:2: ",
            "1 answer is to a question that was left out, and is ignored",
            "Counted 3 rows of the benchmark: 2 became questions, 1 left out; 3 rows of the answer files: 3 with answers; 3 answers: 2 used,"
                + " 1 to questions that were left out; 2 questions: 2 answered\n");
    assertThat(caveats(output))
        .isNotEmpty()
        .allMatch(
            one ->
                one.matches(
                    "1 row of its files could not be read and is not in n: not valid JSON .*; 1 of 3"
                        + " answers is to a question that was left out"));

    CommandLineRun other = own(questions, answers("1", "x", "2", "x", "9", "x"));
    assertThat(other.code()).isEqualTo(ExitCode.FAILED);
    assertThat(other.err()).contains("answers.jsonl:3: '9' is no question of the custom files");
  }

  @Test
  void predictionsOfQuestionsThatWereLeftOutAreIgnored() throws IOException {
    Path output = folder.resolve("predictions.parquet");
    Table.PREDICTIONS.write(
        Rows.predictions(
            Stream.of("1", "2", "3")
                .map(id -> Rows.prediction("benchmark", "custom", "question_id", id, "answer", "x"))
                .toList()),
        output.toString());

    CommandLineRun run =
        own(own(1) + "{\"question_id\": 2}\n" + own(3), output.toString(), "--json");

    assertThat(document(run).get("n").intValue()).isEqualTo(2);
    assertThat(run.err())
        .contains(
            "1 answer is to a question that was left out",
            "3 answers: 2 used, 1 to questions that were left out; 2 questions: 2 answered\n");
    CommandLineRun other = own(own(1) + "{\"question_id\": 4}\n" + own(3), output.toString());
    assertThat(other.code()).isEqualTo(ExitCode.FAILED);
    assertThat(other.err())
        .contains("The answers hold question 2, which is none of the benchmark's files");
  }

  @Test
  void anAnswerThatCannotBeReadIsMissing() throws IOException {
    String given = answers("1", "x", "2", "x", "3", "y");
    Files.writeString(
        Path.of(given), Files.readString(Path.of(given)).replace("\"2\", \"text\": \"x\"}", "\"2"));

    Path output = folder.resolve("scored");
    CommandLineRun run = own(own(1) + own(2) + own(3), given, "--json", "--output=" + output);

    assertThat(document(run).get("n").intValue()).isEqualTo(2);
    assertThat(document(run).get("n_missing").intValue()).isEqualTo(1);
    assertThat(caveats(output))
        .isNotEmpty()
        .allMatch(one -> one.contains("1 of 3 questions has no answer"))
        .allMatch(one -> one.contains("; 1 row of the answer files could not be read: not valid"));
    assertThat(run.err())
        .contains(
            "1 row of the answer files cannot be read, and a question without another answer counts"
                + " as missing: ",
            "answers.jsonl:2: not valid JSON",
            "1 of 3 questions has no answer",
            "Counted 3 rows of the benchmark: 3 became questions; 3 rows of the answer files: 2 with answers, 1 unreadable; 2 answers: 2"
                + " used; 3 questions: 2 answered, 1 missing\n");
  }

  @Test
  void theTableBeginsWithTheHeadlineAndRepeatsNothing() throws IOException {
    mmBench();
    String all = answers("5", "B", "1000005", "A", "6", "A", "1000006", "?");

    List<String> lines = score("mmbench", all).out().lines().toList();

    assertThat(lines.get(0)).startsWith("answers  circular ").contains(" 50.000 ");
    assertThat(lines).noneMatch(line -> line.contains("_answered_only"));
    assertThat(
            document(score("mmbench", all, "--json")).get("metrics").has("circular_answered_only"))
        .isTrue();
  }

  @Test
  void saysWhenNoAnswerIsOne() throws IOException {
    mmBench();

    assertThat(score("mmbench", answers("5", "?", "1000005", "?")).err())
        .contains("none of the 2 answers of answers can be read as an answer to mmbench")
        .doesNotContain("are empty");
    assertThat(score("mmbench", answers("5", "", "1000005", " ")).err())
        .contains("all answers of answers are empty");
  }

  @Test
  void seedOfAllIsOfVideosToo() throws IOException {
    source(
        "SEED-Bench.json",
        """
        {"questions": [{"answer": "A", "choice_a": "a", "choice_b": "b", "choice_c": "c",
         "choice_d": "d", "data_id": "x", "data_type": "image", "question": "Who?",
         "question_id": "1", "question_type_id": 2}]}\
        """);

    CommandLineRun run = score("seed", answers("1", "A"), "--json");

    assertThat(document(run).get("metrics").get("seed_all").isNull()).isTrue();
    assertThat(document(run).get("metrics").get("seed_image").doubleValue()).isEqualTo(100);
    assertThat(run.err()).contains("no seed_all over all 2 groups: no answers in video");
  }

  @Test
  void anExportWithHolesSaysHowMany() throws IOException {
    source(
        "test.json",
        """
        [{"image": "VizWiz_test_00000000.jpg", "question": "What is this?"},
         {"image": "VizWiz_test_00000001.jpg", "question": "What color?"},
         {"image": "VizWiz_test_00000002.jpg", "question": "Is it on?"}]\
        """);
    Path export = folder.resolve("export");

    CommandLineRun run =
        score("vizwiz", answers("1", "blue"), "--json", "--export", export.toString());

    assertThat(document(run).get("n_missing").intValue()).isEqualTo(2);
    assertThat(run.err())
        .contains(
            "warning: 2 of 3 questions have no answer, and an empty one in", "export/answers");
  }

  /** A custom question file names no split, so it can hold the questions of any one split. */
  @Test
  void predictionsAreScoredByTheirOwnSplit() throws IOException {
    source(
        "questions.jsonl", "{\"question_id\": \"row-0\", \"text\": \"a\", \"answer\": \"red\"}\n");
    String one = predictions("one", "val");
    String two = predictions("two", "val", "test");

    assertThat(document(customScore(one, "--json")).get("n").intValue()).isEqualTo(1);
    CommandLineRun refused = customScore(two);
    assertThat(refused.code()).isEqualTo(ExitCode.FAILED);
    assertThat(refused.err())
        .contains("Cannot score the answers to custom, split test")
        .contains("has files that name no split")
        .contains("by --split");
    assertThat(document(customScore(two, "--split", "val", "--json")).get("n").intValue())
        .isEqualTo(1);
    assertThat(customScore(two, "--split", "dev").err())
        .contains("no answers to custom, split dev in " + two)
        .contains("they are of split test, val: name it by --split");
  }

  @Test
  void everySplitIsScoredWithItsOwnQuestions() throws IOException {
    for (String split : List.of("train", "val")) {
      source(
          "TextVQA_0.5.1_" + split + ".json",
          "{\"data\": [{\"question_id\": 0, \"image_id\": \"i\", \"question\": \"?\","
              + " \"answers\": ["
              + String.join(", ", Collections.nCopies(10, "\"" + split + "\""))
              + "]}]}");
    }
    List<Row> rows = new ArrayList<>();
    for (String split : List.of("train", "val")) {
      for (String method : List.of("none", "prumerge")) {
        rows.add(
            Rows.prediction(
                "benchmark",
                "textvqa",
                "split",
                split,
                "method",
                method,
                "question_id",
                "0",
                "answer",
                method.equals("none") ? split : "val"));
      }
    }
    String predictions = folder.resolve("predictions").toString();
    Table.PREDICTIONS.write(Rows.predictions(rows), predictions);

    CommandLineRun run = textVqa(predictions, folder.resolve("source").toString());

    assertThat(run.problems()).isEmpty();
    assertThat(run.out().lines())
        .anyMatch(line -> line.matches("train  none  accuracy +100\\.000 .*"))
        .anyMatch(line -> line.matches("train  prumerge  accuracy +0\\.000 .*"))
        .anyMatch(line -> line.matches("val  none  accuracy +100\\.000 .*"))
        .anyMatch(line -> line.matches("val  prumerge  accuracy +100\\.000 .*"));
    assertThat(
            textVqa(predictions, folder.resolve("source/TextVQA_0.5.1_val.json").toString()).err())
        .contains("Cannot score the answers to textvqa, split train")
        .contains("has split val;");
  }

  private CommandLineRun textVqa(String predictions, String source) {
    return CommandLineRun.of(
        "score", "--benchmark", "textvqa", "--answers", predictions, "--source", source);
  }

  private String predictions(String name, String... splits) {
    String table = folder.resolve(name).toString();
    Table.PREDICTIONS.write(
        Rows.predictions(
            Stream.of(splits)
                .map(
                    split ->
                        Rows.prediction(
                            "benchmark",
                            "custom",
                            "split",
                            split,
                            "question_id",
                            "row-0",
                            "answer",
                            "red"))
                .toList()),
        table);
    return table;
  }

  private CommandLineRun customScore(String answers, String... more) {
    List<String> arguments = new ArrayList<>(List.of("score", "--benchmark", "custom"));
    arguments.addAll(List.of("--source", folder.resolve("source/questions.jsonl").toString()));
    arguments.addAll(List.of("--answers", answers));
    arguments.addAll(List.of(more));
    return CommandLineRun.of(arguments.toArray(String[]::new));
  }
}
