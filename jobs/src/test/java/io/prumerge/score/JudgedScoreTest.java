package io.prumerge.score;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.prumerge.LocalSpark;
import io.prumerge.console.ExitCode;
import io.prumerge.jobs.CommandLineRun;
import io.prumerge.metric.Metric;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.apache.spark.sql.RowFactory;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code score} of benchmarks whose answers are judged. */
@Tag("spark")
class JudgedScoreTest {

  private static final String VET =
      """
      {"v1_0": {"imagename": "a.png", "question": "x?", "answer": "1", "capability": ["ocr", "math"]},
       "v1_1": {"imagename": "b.png", "question": "Who?", "answer": "Ada", "capability": ["rec"]}}
      """;
  private static final String VET_ANSWERS = "{\"v1_0\": \"x = 1\", \"v1_1\": \"Bob\"}";

  @TempDir private Path folder;

  @BeforeAll
  static void session() {
    LocalSpark.session();
  }

  @BeforeEach
  void questions() throws IOException {
    Files.writeString(folder.resolve("mm-vet.json"), VET);
    Files.writeString(
        folder.resolve("questions.jsonl"),
        """
        {"question_id": 0, "image": "a.jpg", "text": "What?", "category": "conv"}
        {"question_id": 1, "image": "a.jpg", "text": "Why?", "category": "complex"}
        {"question_id": 2, "image": "b.jpg", "text": "How?", "category": "conv"}
        """);
  }

  private CommandLineRun judged(JudgeServer server) throws IOException {
    return score(
        "mm-vet",
        "answers.json",
        VET_ANSWERS,
        "--json",
        "--judge",
        server.url(),
        "--output",
        folder.resolve("out").toString());
  }

  private CommandLineRun score(String benchmark, String name, String answers, String... more)
      throws IOException {
    Path file = Files.writeString(folder.resolve(name), answers);
    List<String> arguments =
        new ArrayList<>(
            List.of("score", "--benchmark", benchmark, "--answers", file.toString(), "--source"));
    arguments.add(folder.toString());
    arguments.addAll(List.of(more));
    return CommandLineRun.of(arguments.toArray(String[]::new));
  }

  private static JsonNode metrics(CommandLineRun run) throws IOException {
    assertThat(run.problems()).isEmpty();
    return new ObjectMapper().readTree(run.out()).get("metrics");
  }

  @Test
  void scoresGradesByCapability() throws IOException {
    String grades =
        """
        {"v1_0": {"model": ["g", "g"], "content": ["1.0", "0.5"], "score": [1.0, 0.5]},
         "v1_1": {"model": ["g", "g"], "content": ["0.2", "0.4"], "score": [0.2, 0.4]}}
        """;

    JsonNode metrics = metrics(score("mm-vet", "grades.json", grades, "--json"));

    assertThat(metrics.get("total").doubleValue()).isEqualTo(52.5, within(1e-9));
    assertThat(metrics.get("score/math").doubleValue()).isEqualTo(75);
    assertThat(metrics.get("score/ocr_math").doubleValue()).isEqualTo(75);
    assertThat(metrics.get("score/rec").doubleValue()).isEqualTo(30, within(1e-9));
    assertThat(metrics.has("total/rec")).isFalse();
  }

  @Test
  void scoresReviewsAsLlavaRounds() throws IOException {
    String reviews =
        """
        {"question_id": 0, "category": "llava_bench_conv", "content": "9 7\\nWhy", "tuple": [9.0, 7.0]}
        {"question_id": 1, "category": "llava_bench_complex", "content": "8 8.5", "tuple": [8, 8.5]}
        {"question_id": 2, "category": "llava_bench_conv", "content": "hm", "tuple": [-1, -1]}
        """;

    CommandLineRun run = score("llava-bench", "reviews.jsonl", reviews, "--json");

    // (7 + 8.5 - 1) / 3 = 4.833, (9 + 8 - 1) / 3 = 5.333; (7 - 1) / 2 = 3, (9 - 1) / 2 = 4;
    // 8.5 / 8 = 106.25 %, whose tie goes to even.
    assertThat(metrics(run).get("score").doubleValue()).isEqualTo(90.6);
    assertThat(metrics(run).get("score/conv").doubleValue()).isEqualTo(75);
    assertThat(metrics(run).get("score/complex").doubleValue()).isEqualTo(106.2);
    assertThat(new ObjectMapper().readTree(run.out()).get("n_unparsed").intValue()).isEqualTo(1);
  }

  @Test
  void asksAJudgeAboutAnswers() throws IOException {
    try (JudgeServer server =
        new JudgeServer(
            request -> {
              String asked = request.path("messages").path(0).path("content").textValue();
              return JudgeServer.words(asked.contains("x = 1") ? "1.0" : "0.1");
            })) {
      Path prompt = Files.writeString(folder.resolve("prompt.txt"), "Few shots");

      JsonNode metrics =
          metrics(
              score(
                  "mm-vet",
                  "answers.json",
                  VET_ANSWERS,
                  "--json",
                  "--output",
                  folder.resolve("out").toString(),
                  "--judge",
                  server.url(),
                  "--judge-prompt",
                  prompt.toString()));

      assertThat(metrics.get("total").doubleValue()).isEqualTo(55, within(1e-9));
      assertThat(metrics.get("score/rec").doubleValue()).isEqualTo(10);
      assertThat(server.asked).hasSize(2);
      assertThat(server.asked)
          .allSatisfy(
              request -> {
                assertThat(request.path("model").textValue()).isEqualTo("gpt-4-0613");
                assertThat(request.path("messages").path(0).path("content").textValue())
                    .startsWith("Few shots\n");
              });
    }
  }

  /** Three questions of MathVista with answers, in the form of its evaluator's file. */
  private String vista() throws IOException {
    String row =
        "\"%s\": {\"pid\": \"%s\", \"question\": \"Which?\", \"image\": \"1.jpg\", \"answer\": \"%s\","
            + " \"choices\": %s, \"unit\": null, \"precision\": null, \"question_type\": \"%s\","
            + " \"answer_type\": \"%s\", \"metadata\": {\"skills\": [], \"task\": null, \"context\": null,"
            + " \"grade\": null, \"language\": null}%s}";
    String choices = "[\"egg\", \"larva\"]";
    String choice = "multi_choice";
    Files.writeString(
        folder.resolve("testmini.json"),
        "{"
            + row.formatted("1", "1", "larva", choices, choice, "text", "")
            + ","
            + row.formatted("2", "2", "larva", choices, choice, "text", "")
            + ","
            + row.formatted("3", "3", "7", "null", "free_form", "integer", "")
            + "}");
    Files.createDirectories(folder.resolve("images"));
    String said = ", \"response\": \"%s\"";
    return "{"
        + row.formatted("1", "1", "larva", choices, choice, "text", said.formatted("The grub, B"))
        + ","
        + row.formatted("2", "2", "larva", choices, choice, "text", said.formatted("larva"))
        + ","
        + row.formatted("3", "3", "7", "null", "free_form", "integer", said.formatted("Seven"))
        + "}";
  }

  private CommandLineRun vista(String answers, String... more) throws IOException {
    Path file = Files.writeString(folder.resolve("output_me.json"), answers);
    List<String> arguments =
        new ArrayList<>(
            List.of("score", "--benchmark", "mathvista", "--answers", file.toString(), "--source"));
    arguments.add(folder.resolve("testmini.json").toString());
    arguments.add(folder.resolve("images").toString());
    arguments.add("--json");
    arguments.addAll(List.of(more));
    return CommandLineRun.of(arguments.toArray(String[]::new));
  }

  @Test
  void asksAJudgeWhatAnAnswerOfMathVistaSays() throws IOException {
    String answers = vista();
    try (JudgeServer server =
        new JudgeServer(
            request -> JudgeServer.words(request.toString().contains("grub") ? " (B)\n" : "7.0"))) {
      CommandLineRun run =
          vista(
              answers,
              "--profile",
              "judged",
              "--judge",
              server.url(),
              "--output",
              folder.resolve("out").toString());

      assertThat(metrics(run).get("accuracy").doubleValue()).isEqualTo(100);
      assertThat(new ObjectMapper().readTree(run.out()).get("n_unparsed").intValue()).isZero();
      assertThat(server.asked).as("not about the answer that is an option").hasSize(2);
      JsonNode asked =
          server.asked.stream()
              .filter(one -> one.toString().contains("grub"))
              .findFirst()
              .orElseThrow();
      assertThat(asked.path("model").textValue()).isEqualTo("gpt-4-0613");
      assertThat(asked.path("messages")).hasSize(1);
      assertThat(asked.path("messages").path(0).path("content").textValue())
          .startsWith("Below are a question")
          .endsWith(
              "\n\nHint: Please answer the question and provide the correct option letter, e.g., A, B,"
                  + " C, D, at the end.\nQuestion: Which?\nChoices:\n(A) egg\n(B) larva\n\n"
                  + "The grub, B\n\nExtracted answer: ");
    }
  }

  @Test
  void takesTheExtractionsOfMathVistasOwnEvaluator() throws IOException {
    String answers = vista();
    String judged =
        answers
            .replace(
                "\"The grub, B\"", "\"The grub, B\", \"extraction\": \"B\", \"true_false\": true")
            .replace("\"larva\"}", "\"larva\", \"extraction\": \"egg\"}")
            .replace("\"Seven\"", "\"Seven\", \"extraction\": \"7.0\"");

    assertThat(metrics(vista(judged, "--profile", "judged")).get("accuracy").doubleValue())
        .isEqualTo(200 / 3.0, within(1e-9));
    assertThat(metrics(vista(judged, "--profile", "judged-2023")).get("accuracy").doubleValue())
        .as("7.0 was no integer")
        .isEqualTo(100 / 3.0, within(1e-9));
    JsonNode official = new ObjectMapper().readTree(vista(judged).out());
    assertThat(official.get("n_unparsed").intValue()).as("its responses").isEqualTo(2);
    Path out = folder.resolve("official");
    assertThat(vista(judged, "--output", out.toString()).problems()).isEmpty();
    assertThat(
            Metric.TABLE
                .read(LocalSpark.session(), List.of(out.resolve("metrics").toString()))
                .where("is_headline")
                .select("metric", "n_unparsed", "caveat")
                .collectAsList())
        .as("the nearest option is that of one")
        .containsExactly(
            RowFactory.create(
                "accuracy",
                2L,
                "1 of 3 answers (33.3 %) is undecided and counts as the nearest or a drawn value"));
    assertThat(vista(answers, "--profile", "judged").err())
        .startsWith(
            "prumerge-spark: No rule can score answers to mathvista under judged: give the files");
    refuses(
        vista(answers, "--judge", "http://127.0.0.1:1/v1"),
        "--judge: the profile official of mathvista is scored by rules; those that are judged:"
            + " judged, judged-2023, lmms-eval-judged");
  }

  @Test
  void aUsersFileNamesItsJudge() throws IOException {
    Path file =
        Files.writeString(
            folder.resolve("mine.yaml"),
            """
            name: mine
            data: mine.csv
            columns: {id: id, question: q, answer: a, extra: note}
            score:
              plain: {rule: exact}
              read:
                rule: exact
                judge:
                  model: my-model
                  instructions: Say the colour.
                  request: ["{question} ({note})", " {options}", " {answer}", " not {right}"]
                  max_tokens: 5
                  words_field: colour
            """);
    Files.writeString(folder.resolve("mine.csv"), "id,q,a,note\n1,Which?,red,of the hat\n");
    Path answers =
        Files.writeString(
            folder.resolve("answers.jsonl"), "{\"question_id\": 1, \"text\": \"It is red\"}");
    Path words = Files.writeString(folder.resolve("w.json"), "{\"1\": {\"colour\": \"Red.\"}}");

    try (JudgeServer server = new JudgeServer(request -> JudgeServer.words("red"))) {
      CommandLineRun run =
          mine(
              file, answers, "--judge", server.url(), "--output", folder.resolve("out").toString());

      assertThat(metrics(run).get("accuracy").doubleValue()).isEqualTo(100);
      JsonNode asked = server.asked.get(0);
      assertThat(asked.path("max_tokens").intValue()).isGreaterThanOrEqualTo(5);
      assertThat(asked.path("messages").path(0).path("content").textValue())
          .isEqualTo("Say the colour.\n\nWhich? (of the hat) It is red not red");
    }
    assertThat(metrics(mine(file, words)).get("accuracy").doubleValue()).isEqualTo(100);
  }

  private static CommandLineRun mine(Path file, Path answers, String... more) {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "score",
                "--benchmark",
                file.toString(),
                "--answers",
                answers.toString(),
                "--profile",
                "read",
                "--json"));
    arguments.addAll(List.of(more));
    return CommandLineRun.of(arguments.toArray(String[]::new));
  }

  @Test
  void failsWithTheJudge() throws IOException {
    try (JudgeServer server = new JudgeServer(request -> JudgeServer.status(401))) {
      CommandLineRun run = judged(server);

      assertThat(run.code()).isEqualTo(ExitCode.FAILED);
      assertThat(run.err()).contains("The judge at " + server.url()).contains("status 401");
    }
  }

  @Test
  void keepsEveryReplyAndAsksNobodyTwice() throws IOException {
    AtomicBoolean well = new AtomicBoolean();
    try (JudgeServer server =
        new JudgeServer(
            request ->
                request.toString().contains("x = 1") || well.get()
                    ? JudgeServer.words("0.5")
                    : JudgeServer.status(400))) {

      CommandLineRun first = judged(server);

      assertThat(first.code()).isEqualTo(ExitCode.FAILED);
      assertThat(first.err())
          .contains(
              "1 answer could not be judged and counts as 0",
              "status 400",
              "run the same command again");
      JsonNode document = new ObjectMapper().readTree(first.out());
      assertThat(document.get("n_errors").intValue()).isEqualTo(1);
      assertThat(document.get("metrics").get("total").doubleValue()).isEqualTo(25);
      Path kept = folder.resolve("out.judged.jsonl");
      assertThat(Files.readString(kept).lines())
          .singleElement()
          .asString()
          .contains("v1_0", "x = 1", "gpt-4-0613", "0.5");

      Files.writeString(kept, "{\"asked\": {\"mod", StandardOpenOption.APPEND);
      well.set(true);
      remove(folder.resolve("out"));
      server.asked.clear();
      CommandLineRun second = judged(server);

      assertThat(second.code()).as(second.err()).isZero();
      assertThat(server.asked).as("only what failed").hasSize(1);
      assertThat(metrics(second).get("total").doubleValue()).isEqualTo(50);

      remove(folder.resolve("out"));
      server.asked.clear();
      assertThat(metrics(judged(server)).get("total").doubleValue()).isEqualTo(50);
      assertThat(server.asked).isEmpty();
    }
  }

  private static void remove(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }

  @Test
  void aJarMayBringAJudge() throws IOException {
    CommandLineRun run =
        score(
            "mm-vet",
            "answers.json",
            VET_ANSWERS,
            "--json",
            "--judge",
            "fixed:0.25",
            "--output",
            folder.resolve("out").toString());

    assertThat(metrics(run).get("total").doubleValue()).isEqualTo(25);
  }

  @Test
  void asksNobodyUnasked() throws IOException {
    CommandLineRun run = score("mm-vet", "answers.json", VET_ANSWERS);

    assertThat(run.code()).isEqualTo(ExitCode.USAGE);
    assertThat(run.err())
        .startsWith("prumerge-spark: No rule can score answers to mm-vet: give the files with");
  }

  @Test
  void exportsAnswersWithoutAJudge() throws IOException {
    Path export = folder.resolve("export");
    CommandLineRun run =
        score("mm-vet", "answers.json", VET_ANSWERS, "--export", export.toString());

    assertThat(run.err().lines().filter(line -> !line.startsWith("Counted ")))
        .containsExactly("warning: no judge was named for answers to mm-vet, so nothing is scored");
    assertThat(new ObjectMapper().readTree(export.resolve("answers/mm-vet.json").toFile()))
        .isEqualTo(new ObjectMapper().readTree(VET_ANSWERS));
  }

  @Test
  void refusesWhatDoesNotGoTogether() throws IOException {
    String grades = "{\"v1_0\": {\"model\": [\"g\"], \"content\": [\"1\"], \"score\": [1.0]}}";
    refuses(
        score(
            "mm-vet",
            "grades.json",
            grades,
            "--judge",
            "http://127.0.0.1:1/v1",
            "--output",
            folder.resolve("out").toString()),
        "--judge: the files that --answers names are a judge's words already");
    refuses(
        score("mm-vet", "grades.json", grades, "--export", folder.resolve("export").toString()),
        "--export: the files that --answers names are a judge's words about answers, not the"
            + " answers");
    refuses(
        score("custom", "a.jsonl", "", "--judge", "http://127.0.0.1:1/v1"),
        "--judge: custom is scored by rules; benchmarks that are judged: llava-bench,"
            + " mathvista, mm-vet");
    refuses(
        score("mm-vet", "answers.json", VET_ANSWERS, "--judge", "ftp://x"),
        "--judge ftp://x names no judge: it must be an address like https://HOST/v1, or begin with"
            + " one of fixed, http, https");
    refuses(
        score("mm-vet", "answers.json", VET_ANSWERS, "--judge", "http://127.0.0.1:1/v1"),
        "--judge needs --output DIR");
    refuses(
        score("mm-vet", "answers.json", VET_ANSWERS, "--judge-model", "m"),
        "--judge-model and --judge-prompt need --judge URL");
  }

  private static void refuses(CommandLineRun run, String message) {
    assertThat(run.code()).isEqualTo(ExitCode.USAGE);
    assertThat(run.err()).startsWith("prumerge-spark: " + message);
  }
}
