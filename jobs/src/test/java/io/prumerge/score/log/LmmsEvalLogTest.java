package io.prumerge.score.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.prumerge.benchmark.AnswerFacts;
import io.prumerge.benchmark.AnsweredQuestion;
import io.prumerge.benchmark.BenchmarkQuestion;
import io.prumerge.benchmark.GivenAnswer;
import io.prumerge.benchmark.Reading;
import io.prumerge.score.log.LogVectors.Result;
import io.prumerge.source.DataException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Compares with what lmms-eval's own writers wrote, and its own functions found right. */
class LmmsEvalLogTest {

  private static final Instant MADE = Instant.parse("2026-08-06T10:11:12Z");

  @TempDir private Path folder;

  static Stream<String> tasks() {
    return LogVectors.BENCHMARKS.keySet().stream().sorted();
  }

  @ParameterizedTest
  @MethodSource("tasks")
  void findsTheQuestionOfEachRow(String task) throws IOException {
    QuestionIndex index = LogVectors.index(task);
    Path base = LogVectors.LMMS_EVAL.resolve(task);
    JsonNode expected = LogVectors.json(base.resolve("expected.json"));
    assertThat(index.size()).isEqualTo(expected.path("questions").asInt());
    int models = 0;
    for (Map.Entry<String, JsonNode> model : expected.path("models").properties()) {
      Path file = base.resolve(model.getValue().path("file").asText());
      if (!Files.exists(file)) {
        continue;
      }
      models++;
      Result result = LogVectors.read(index, file.getParent());
      JsonNode answers = model.getValue().path("answers");
      assertThat(result.answers()).hasSize(answers.size());
      for (Map.Entry<String, JsonNode> answer : answers.properties()) {
        requireSame(result.answer(answer.getKey()), answer.getKey(), answer.getValue());
      }
      int rows = model.getValue().path("rows").asInt();
      assertThat(result.reading().counts())
          .isEqualTo(new LogCounts(rows, rows, 0, 0, 0, 0, 0, rows));
      assertThat(result.reading().model()).contains(model.getKey());
      assertThat(result.reading().settings())
          .containsEntry("date", "20260806_101112")
          .containsKeys("model_args", "generation_kwargs", "task");
    }
    assertThat(models).isPositive();
  }

  private static void requireSame(GivenAnswer given, String id, JsonNode expected) {
    assertThat(given).as(id).isNotNull();
    assertThat(given.text()).as(id).isEqualTo(expected.path("answer").asText());
    assertThat(given.prompt()).as(id).isPresent();
    AnswerFacts facts = given.facts();
    JsonNode score = expected.path("score");
    assertThat(facts.score())
        .as(id)
        .isEqualTo(
            score.isNull() ? OptionalDouble.empty() : OptionalDouble.of(score.doubleValue()));
    JsonNode tokens = expected.path("output_tokens");
    assertThat(facts.generated())
        .as(id)
        .isEqualTo(tokens.isNull() ? OptionalInt.empty() : OptionalInt.of(tokens.intValue()));
    assertThat(facts.failure()).as(id).isEmpty();
  }

  static Stream<String> versions() throws IOException {
    try (Stream<Path> folders = Files.list(LogVectors.LMMS_EVAL.resolve("versions"))) {
      return folders.map(one -> one.getFileName().toString()).sorted().toList().stream();
    }
  }

  @ParameterizedTest
  @MethodSource("versions")
  void readsEachVersionOfTheTool(String version) throws IOException {
    Path logs = LogVectors.LMMS_EVAL.resolve("versions").resolve(version);
    for (String task : List.of("docvqa", "mme")) {
      JsonNode expected =
          LogVectors.json(LogVectors.LMMS_EVAL.resolve(task).resolve("expected.json"))
              .path("models")
              .path("made-org/full-7b")
              .path("answers");
      Result result = LogVectors.read(LogVectors.index(task), logs.resolve("made-org__full-7b"));
      assertThat(result.answers()).hasSize(expected.size());
      for (Map.Entry<String, JsonNode> answer : expected.properties()) {
        GivenAnswer given = result.answer(answer.getKey());
        assertThat(given.text()).isEqualTo(answer.getValue().path("answer").asText());
        assertThat(given.facts().score()).hasValue(answer.getValue().path("score").doubleValue());
      }
      assertThat(result.reading().model()).contains("made-org__full-7b");
    }
  }

  @Test
  void readsTheDocumentOfTheFirstVersion() throws IOException {
    List<String> rows =
        Files.readAllLines(
            LogVectors.only(
                LogVectors.LMMS_EVAL.resolve("versions/v0.2.4"), "samples_docvqa_val.jsonl"));
    Path file =
        Files.writeString(
            folder.resolve("docvqa_val.json"),
            "{\"args\": {}, \"model_configs\": {}, \"logs\": ["
                + String.join(",", rows)
                + "], \"time\": NaN}");
    Result result = LogVectors.read(LogVectors.index("docvqa"), file);
    assertThat(result.answer("50031").text()).isEqualTo("532 Main Street");
    assertThat(result.reading().counts()).isEqualTo(new LogCounts(6, 6, 0, 0, 0, 0, 0, 6));
  }

  @Test
  void readsSettingsWithoutNumbers() throws IOException {
    Path base = LogVectors.LMMS_EVAL.resolve("docvqa/logs/made-org__full-7b");
    Files.copy(
        LogVectors.only(base, "samples_docvqa_val.jsonl"),
        folder.resolve("d_samples_docvqa_val.jsonl"));
    Files.writeString(
        folder.resolve("d_results.json"),
        "{\"results\": {\"docvqa_val\": {\"anls,none\": NaN}}, \"config\": {\"limit\": 6.0,"
            + " \"batch_size\": 8}, \"configs\": {\"docvqa_val\": {\"generation_kwargs\":"
            + " {\"temperature\": 0.2}}}}");
    LogReading reading = LogVectors.read(LogVectors.index("docvqa"), folder).reading();
    assertThat(reading.notes())
        .containsExactly(
            "answers are drawn at random ({\"temperature\":0.2}), and how far another run differs"
                + " is not known",
            "answers are of batches of 8, and may be others in other batches",
            "the run has a limit of 6.0 questions");
  }

  @Test
  void readsARowBehindAMarkThatHasNoNumbers() throws IOException {
    Path file =
        Files.writeString(
            folder.resolve("x.jsonl"),
            "\uFEFF{\"doc_id\": 0, \"target\": \"['93.00']\", \"resps\": [[\"93\"]], \"anls\": NaN,"
                + " \"input\": \"What is the address in box 0?\"}\n");
    Result result = LogVectors.read(LogVectors.index("docvqa"), file);
    assertThat(result.answer("50001").text()).isEqualTo("93");
    assertThat(result.answer("50001").facts().score()).isEmpty();
  }

  private static Path odd(String name) {
    return LogVectors.LMMS_EVAL.resolve("odd").resolve(name);
  }

  @Test
  void usesTheFirstOfSeveralAnswersToAQuestion() throws IOException {
    Result result = LogVectors.read(LogVectors.index("mmmu"), odd("repeats3"));
    assertThat(result.reading().counts()).isEqualTo(new LogCounts(6, 6, 0, 0, 0, 0, 0, 6));
    assertThat(result.answer("validation_Art_1").text()).isEqualTo("(C)");
    assertThat(result.reading().notes())
        .contains("each question was asked 3 times: the first answer is used");
  }

  @Test
  void usesTheRowsOfTheFirstFilter() throws IOException {
    QuestionIndex index = LogVectors.index("mmmu");
    Result result = LogVectors.read(index, odd("filters2"));
    assertThat(result.reading().counts()).isEqualTo(new LogCounts(12, 6, 6, 0, 0, 0, 0, 6));
    assertThat(result.reading().settings()).containsEntry("filters", "maj@3, first");
    assertThat(result.answer("validation_Math_2").text()).isEqualTo("B");
    Path alone = folder.resolve("x_samples_mmmu_val_filters.jsonl");
    Files.copy(LogVectors.only(odd("filters2"), ".jsonl"), alone);
    LogCounts counts = LogVectors.read(index, alone).reading().counts();
    assertThat(counts.used()).isEqualTo(6);
    assertThat(counts.ofOtherFilters() + counts.repeated()).isEqualTo(6);
  }

  @ParameterizedTest
  @ValueSource(strings = {"think_tags", "think_no_tags"})
  void keepsThoughtsAsTheModelGaveThem(String name) throws IOException {
    Result result = LogVectors.read(LogVectors.index("scienceqa"), odd(name));
    assertThat(result.answer("row-1").text())
        .isEqualTo("<think>It has 1 parts, so wait.</think>\nc");
    assertThat(result.answer("row-1").facts().generated()).hasValue(13);
    assertThat(result.answer("row-1").facts().score()).hasValue(name.equals("think_tags") ? 1 : 0);
  }

  @Test
  void usesRowsThatWereSavedTwiceOnce() throws IOException {
    Result result = LogVectors.read(LogVectors.index("pope"), odd("window"));
    assertThat(result.reading().counts()).isEqualTo(new LogCounts(10, 5, 0, 5, 0, 0, 0, 5));
    assertThat(result.answers().keySet())
        .containsExactlyInAnyOrder("popular/1", "popular/2", "popular/3", "popular/4", "random/1");
    assertThat(result.reading().notes())
        .anyMatch(note -> note.startsWith("5 rows equal to one before, used once: window"));
  }

  static Stream<String> edited() throws IOException {
    List<String> cases = new ArrayList<>();
    LogVectors.json(LogVectors.FOLDER.resolve("edited/expected.json"))
        .fieldNames()
        .forEachRemaining(cases::add);
    return cases.stream();
  }

  @ParameterizedTest
  @MethodSource("edited")
  void readsOrRefusesWhatHappensToLogs(String name) throws IOException {
    Path edited = LogVectors.FOLDER.resolve("edited");
    JsonNode expected = LogVectors.json(edited.resolve("expected.json")).path(name);
    QuestionIndex index = LogVectors.index("pope");
    if (expected.path("matched").isNull() && !name.equals("cut_file")) {
      assertThatThrownBy(() -> LogVectors.read(index, edited.resolve(name)))
          .isInstanceOf(DataException.class)
          .hasMessageContaining(name + "/made-org__full-7b/20260806_101112_samples_pope.jsonl:");
      return;
    }
    LogCounts counts = LogVectors.read(index, edited.resolve(name)).reading().counts();
    if (name.equals("cut_file")) {
      assertThat(counts).isEqualTo(new LogCounts(12, 11, 0, 0, 0, 0, 1, 11));
    } else {
      assertThat(counts.rows()).isEqualTo(expected.path("rows").asLong());
      assertThat(counts.used()).isEqualTo(expected.path("matched").asLong());
      assertThat(counts.withoutQuestion()).isZero();
    }
  }

  private Result edited(String name) throws IOException {
    return LogVectors.read(
        LogVectors.index("pope"), LogVectors.FOLDER.resolve("edited").resolve(name));
  }

  @Test
  void readsAnswersOfOtherTypesAsPythonWritesThem() throws IOException {
    Result result = edited("other_types");
    assertThat(result.answer("adversarial/1").text()).isEqualTo("5");
    assertThat(result.answer("adversarial/2").facts().failure()).contains("no answer: null");
    assertThat(result.answer("adversarial/3").text()).isEqualTo("Yes");
    assertThat(result.answer("adversarial/4").text()).isEqualTo("True");
    assertThat(result.answer("popular/1").facts().failure())
        .contains("a list of 2 texts is no one answer: [\"Yes\",\"No\"]");
    assertThat(result.reading().counts().failures()).isEqualTo(2);
  }

  @Test
  void takesNoFailureForAnAnswer() throws IOException {
    Result result = edited("failures");
    assertThat(result.answer("adversarial/1").text()).isEmpty();
    assertThat(result.answer("adversarial/1").facts().failure()).isEmpty();
    assertThat(result.answer("adversarial/2").text()).isEmpty();
    assertThat(result.answer("adversarial/2").facts().failure())
        .contains("[LMMS_EVAL_REQUEST_FAILED after 5 retries] timeout");
    assertThat(result.answer("adversarial/3").facts().failure())
        .contains("[LMMS_EVAL_BUDGET_EXCEEDED]");
    assertThat(result.answer("adversarial/4").facts().generated()).isEmpty();
    assertThat(result.answer("popular/1").facts().generated()).hasValue(4);
    assertThat(result.reading().counts()).isEqualTo(new LogCounts(12, 10, 0, 0, 2, 0, 0, 10));
  }

  @Test
  void keepsWhatOthersTakeForTheEndsOfLines() throws IOException {
    assertThat(edited("line_separators").answer("adversarial/4").text())
        .isEqualTo("Yes\u2028it is \u0085 so");
  }

  @Test
  void namesBothPlacesOfTwoAnswers() {
    assertThatThrownBy(() -> edited("repeated_other"))
        .hasMessageContaining("pope.jsonl:13: question 'adversarial/3' has another answer in")
        .hasMessageContaining("pope.jsonl:3;");
  }

  @Test
  void saysBothTextsWhereARowIsAboutAnotherQuestion() {
    assertThatThrownBy(() -> edited("other_target"))
        .hasMessageContaining("pope.jsonl:2: doc_id 1 asks 'Is there a")
        .hasMessageContaining("with the right answer 'maybe'; question 2 of the benchmark's files,")
        .hasMessageContaining("'adversarial/2', is 'Is there a");
  }

  @Test
  void picksTheTaskOfAFolderThatIsAboutTheQuestions() throws IOException {
    Path tree = LogVectors.FOLDER.resolve("vtc-bench/Data/Made-7B/VisionZip/0.25");
    Result result = LogVectors.read(LogVectors.index("gqa"), tree);
    assertThat(result.reading().counts()).isEqualTo(new LogCounts(6, 6, 0, 0, 0, 0, 0, 6));
    assertThatThrownBy(() -> LogVectors.read(LogVectors.index("docvqa"), tree))
        .hasMessageStartingWith("None of the 3 logs in 0.25 is about these questions: ");
  }

  @Test
  void asksWhichOfTwoRunsInAFolderIsMeant() {
    assertThatThrownBy(
            () ->
                LogVectors.read(
                    LogVectors.index("pope"), LogVectors.LMMS_EVAL.resolve("pope/logs")))
        .hasMessageStartingWith("2 logs in logs are about these questions")
        .hasMessageContaining("logs/made-org__pruned-7b/");
  }

  @Test
  void takesAnEmptyTextWithoutCountsForAFailedRequest() throws IOException {
    Path file =
        Files.writeString(
            folder.resolve("x.jsonl"),
            "{\"doc_id\": 0, \"target\": \"['93.00']\", \"filtered_resps\": \"\","
                + " \"token_counts\": [{}], \"input\": \"What is the address in box 0?\"}\n");
    Result result = LogVectors.read(LogVectors.index("docvqa"), file);
    assertThat(result.answer("50001").facts().failure()).isPresent();
    assertThat(result.reading().counts().failures()).isEqualTo(1);
    assertThat(result.reading().model()).isEqualTo(Optional.of(folder.getFileName().toString()));
  }

  /** Texts, an empty one, a failure, and nothing; with and without what else is known. */
  @ParameterizedTest
  @MethodSource("tasks")
  void readsBackWhatIsWrittenInItsForm(String task) throws IOException {
    List<BenchmarkQuestion> questions = LogVectors.questions(task);
    List<AnsweredQuestion> answered = new ArrayList<>();
    for (BenchmarkQuestion question : questions) {
      answered.add(answered(question, answered.size()));
    }
    new LmmsEvalSubmission(task, "org/model:a", MADE)
        .write(answered.iterator(), Reading.path(folder), Reading.HADOOP);

    Result result = LogVectors.read(QuestionIndex.of(questions.iterator()), folder);
    int rows = answered.size() - 1;
    assertThat(result.reading().model()).contains("org/model:a");
    assertThat(result.reading().counts())
        .isEqualTo(new LogCounts(rows, rows - 1, 0, 0, 1, 0, 0, rows - 1));
    assertThat(result.answers()).hasSize(rows);
    for (AnsweredQuestion one : answered) {
      GivenAnswer given = result.answer(one.question().id());
      if (one.said().isEmpty() && one.facts().failure().isEmpty()) {
        assertThat(given).isNull();
        continue;
      }
      assertThat(given.text()).isEqualTo(one.answer());
      assertThat(given.prompt()).isEqualTo(one.prompt());
      assertThat(given.facts().failure().isPresent()).isEqualTo(one.facts().failure().isPresent());
      assertThat(given.facts().score()).isEqualTo(one.facts().score());
      assertThat(given.facts().generated()).isEqualTo(one.facts().generated());
    }
    Path file = folder.resolve("20260806_101112_samples_" + task + ".jsonl");
    String[] lines = Files.readString(file).split("\n", -1);
    assertThat(lines).hasSize(rows + 1);
    assertThat(lines[0])
        .startsWith("{\"doc_id\":0,\"doc\":{\"question\":")
        .contains("\"filtered_resps\":\"\",\"token_counts\":[null],");
    assertThat(lines[1]).contains("\"filtered_resps\":\"\",\"token_counts\":[{}],");
    assertThat(lines[2])
        .startsWith("{\"doc_id\":3,\"target\":")
        .contains("\"token_counts\":[{\"output_tokens\":3}],");
  }

  private static AnsweredQuestion answered(BenchmarkQuestion question, int position) {
    return switch (position) {
      case 0 -> new AnsweredQuestion(question, "");
      case 1 ->
          new AnsweredQuestion(
              question,
              Optional.empty(),
              Optional.of(question.prompt()),
              new AnswerFacts(
                  Optional.of("image_missing: 1.png"),
                  OptionalInt.empty(),
                  OptionalDouble.empty()));
      case 2 ->
          new AnsweredQuestion(question, Optional.empty(), Optional.empty(), AnswerFacts.NONE);
      default ->
          new AnsweredQuestion(
              question,
              Optional.of("\"" + position + "\"\u2028\u0085\nso"),
              Optional.of(question.prompt()),
              new AnswerFacts(
                  Optional.empty(), OptionalInt.of(position), OptionalDouble.of(1.0 / position)));
    };
  }

  /** Neither texts nor right answers tell the first two questions apart. */
  @Test
  void readsBackAnswersToTextsThatRepeatWithoutRightAnswers() throws IOException {
    List<AnsweredQuestion> answered = new ArrayList<>();
    for (String id : List.of("1", "2", "3")) {
      String text = id.equals("3") ? "Where?" : "Who?";
      answered.add(
          new AnsweredQuestion(
              BenchmarkQuestion.of(
                  TextNode.valueOf(id), Optional.empty(), text, text, "all", List.of(), 8),
              "a" + id));
    }
    new LmmsEvalSubmission("who", "model", MADE)
        .write(answered.iterator(), Reading.path(folder), Reading.HADOOP);
    Result result =
        LogVectors.read(
            QuestionIndex.of(answered.stream().map(AnsweredQuestion::question).iterator()),
            folder.resolve("20260806_101112_samples_who.jsonl"));
    assertThat(result.answers()).containsOnlyKeys("1", "2", "3");
    assertThat(result.answer("2").text()).isEqualTo("a2");
  }
}
