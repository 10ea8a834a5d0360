package io.prumerge.benchmark.llavabench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.prumerge.benchmark.AnswerFormat;
import io.prumerge.benchmark.AnsweredQuestion;
import io.prumerge.benchmark.Benchmark.Reference;
import io.prumerge.benchmark.Benchmark.Score;
import io.prumerge.benchmark.BenchmarkQuestion;
import io.prumerge.benchmark.Judge;
import io.prumerge.benchmark.JudgeRequest;
import io.prumerge.benchmark.Judging;
import io.prumerge.benchmark.PromptProfile;
import io.prumerge.benchmark.Reading;
import io.prumerge.source.DataException;
import io.prumerge.source.ImagePlace;
import io.prumerge.source.LeftOutRows;
import io.prumerge.source.ParquetFixture;
import io.prumerge.source.SourceFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LlavaBenchBenchmarkTest {

  private static final String QUESTIONS =
      """
      {"question_id": 0, "image": "001.jpg", "text": "What is it?", "category": "conv"}
      {"question_id": 1, "image": "001.jpg", "text": "Describe it.", "category": "detail"}
      """;
  private static final String CONTEXT =
      """
      {"id": "001", "image": "001.jpg", "caption": ["A crater.", "By the sea."]}
      """;
  private static final String ANSWERS =
      """
      {"question_id": 0, "prompt": "What is it?", "text": "Diamond Head.", "answer_id": "x"}
      {"question_id": 1, "prompt": "Describe it.", "text": "A crater.", "answer_id": "y"}
      """;

  private final LlavaBenchBenchmark benchmark = new LlavaBenchBenchmark();
  private final Configuration hadoop = new Configuration();

  @TempDir private Path folder;

  private List<BenchmarkQuestion> read() throws IOException {
    return Reading.questions(benchmark, folder);
  }

  private List<BenchmarkQuestion> read(String questions) throws IOException {
    Files.writeString(folder.resolve("questions.jsonl"), questions);
    return read();
  }

  private void writeContext() throws IOException {
    Files.writeString(folder.resolve("context.jsonl"), CONTEXT);
    Files.writeString(folder.resolve("answers_gpt4.jsonl"), ANSWERS);
  }

  @Test
  void readsQuestionsWithCaptionsAndTheReferencesAnswers() throws IOException {
    writeContext();

    List<BenchmarkQuestion> questions = read(QUESTIONS);

    assertThat(questions).extracting(BenchmarkQuestion::id).containsExactly("0", "1");
    assertThat(questions).extracting(BenchmarkQuestion::category).containsExactly("conv", "detail");
    assertThat(questions.get(0).image()).contains(new ImagePlace.InFolder("001.jpg"));
    assertThat(questions.get(0).prompt()).startsWith("What is it?");
    assertThat(questions.get(0).answers()).containsExactly("Diamond Head.");
    assertThat(questions.get(0).extra())
        .containsEntry("caption", "A crater.\nBy the sea.")
        .containsEntry(BenchmarkQuestion.FILE_ID, "0");
  }

  @Test
  void readsQuestionsAloneWhichReviewsAreScoredBy() throws IOException {
    List<BenchmarkQuestion> questions = read(QUESTIONS);

    assertThat(questions.get(0).answers()).isEmpty();
    assertThat(benchmark.gold(questions.get(0).reference())).contains("");
  }

  /** Which image a line that cannot be read is about is told by the images that have no other. */
  @ParameterizedTest
  @CsvSource({"context.jsonl, image, caption", "answers_gpt4.jsonl, question_id, text"})
  void aBadLineOfWhatAJudgeNeedsCostsItsQuestion(String file, String key, String text)
      throws IOException {
    String line = "{\"" + key + "\": \"%d\", \"" + text + "\": \"A crater.\"}";
    Files.writeString(
        folder.resolve("questions.jsonl"),
        IntStream.of(1, 2, 3)
            .mapToObj(
                id ->
                    "{\"question_id\": %d, \"image\": \"%d\", \"text\": \"Why?\", \"category\": \"conv\"}"
                        .formatted(id, id))
            .collect(Collectors.joining("\n")));
    Files.writeString(
        folder.resolve(file),
        String.join("\n", line.formatted(1), "{\"" + key + "\": \"2\", ", line.formatted(3)));
    SourceFiles source = Reading.source(folder);
    List<String> ids = new ArrayList<>();
    benchmark.read(source, PromptProfile.LLAVA, question -> ids.add(question.id()));

    assertThat(ids).containsExactly("1", "3");
    assertThat(source.leftOut().ids()).containsExactly("2");
    assertThat(source.leftOut().warning().orElseThrow())
        .contains(
            "questions.jsonl:2: "
                + file
                + " has no line about 2 that can be read: "
                + file
                + ":2: ");

    Files.writeString(folder.resolve(file), "a table\nof something else\n" + line.formatted(1));
    assertThatThrownBy(this::read).hasMessageStartingWith(file + ":1: ");
  }

  @Test
  void readsHuggingFacesFiles() throws IOException {
    String text = "optional binary %s (STRING); ";
    String fields =
        "optional int64 question_id; "
            + ParquetFixture.image("image")
            + text.formatted("question")
            + text.formatted("caption")
            + text.formatted("gpt_answer")
            + text.formatted("category")
            + text.formatted("image_id");
    try (ParquetFixture table =
        ParquetFixture.file(folder.resolve("train-00000-of-00001.parquet"), fields)) {
      table.row(
          row -> {
            ParquetFixture.image(row, "image", new byte[] {1});
            row.append("question_id", 5L).append("question", "Q").append("caption", "C");
            row.append("gpt_answer", "A").append("category", "complex").append("image_id", "003");
          });
    }

    assertThat(read())
        .singleElement()
        .satisfies(
            question -> {
              assertThat(question.id()).isEqualTo("5");
              assertThat(question.image()).map(ImagePlace::id).contains("003");
              assertThat(question.answers()).containsExactly("A");
              assertThat(question.extra()).containsEntry("caption", "C");
            });
  }

  @Test
  void namesWhatIsNotAsItShouldBe() {
    assertThatThrownBy(this::read).hasMessageStartingWith("No questions.jsonl in ");
    assertThatThrownBy(
            () ->
                read(
                    QUESTIONS
                        .replace("conv", "talk")
                        .replace("detail", "talk")
                        .replace("complex", "talk")))
        .isInstanceOf(DataException.class)
        .hasMessage(
            "questions.jsonl:1: question 0 has the unknown category 'talk'; known: complex, conv,"
                + " detail");
    assertThatThrownBy(() -> read(QUESTIONS.replace(": 1,", ": 0,")))
        .hasMessage("questions.jsonl:2: question 0 stands there already");
  }

  private AnswerFormat format(Path file) throws IOException {
    for (AnswerFormat format : benchmark.answerFormats()) {
      if (format.recognises(new org.apache.hadoop.fs.Path(file.toUri()), hadoop)) {
        return format;
      }
    }
    throw new AssertionError("No form recognises " + file);
  }

  private Map<String, String> answers(String name, String content) throws IOException {
    Path file = Files.writeString(folder.resolve(name), content);
    Map<String, String> answers = new LinkedHashMap<>();
    format(file)
        .read(
            new org.apache.hadoop.fs.Path(file.toUri()),
            hadoop,
            new LeftOutRows(),
            answer -> answers.put(answer.key(), answer.text()));
    return answers;
  }

  @Test
  void readsReviewsWithThePointsThatCount() throws IOException {
    String reviews =
        """
        {"id": 1, "question_id": 0, "category": "llava_bench_conv", "content": "8 9.5\\nWhy", "tuple": [8.0, 9.5]}
        {"id": 2, "question_id": 1, "category": "llava_bench_detail", "content": "8, 9", "tuple": [-1, -1]}
        {"id": 3, "question_id": 2, "category": "llava_bench_conv", "content": "7 7", "tuple": [6, 7]}
        """;

    assertThat(answers("reviews.jsonl", reviews))
        .isEqualTo(Map.of("0", "8 9.5\nWhy", "1", "8, 9", "2", "6.0 7.0"));
    assertThat(format(folder.resolve("reviews.jsonl")).judged()).isTrue();
    assertThat(answers("reviews.jsonl", reviews.replace("[6, 7]", "[6]")))
        .containsOnlyKeys("0", "1");
    assertThat(answers("reviews.jsonl", reviews.replace("9.5]}", "9.5]")))
        .containsOnlyKeys("1", "2");
    assertThatThrownBy(
            () ->
                answers(
                    "reviews.jsonl", reviews.replace("[6, 7]", "[6]").replace("[-1, -1]", "[]")))
        .isInstanceOf(DataException.class)
        .hasMessage("reviews.jsonl:2: \"tuple\" must be two numbers, it is []");
  }

  @Test
  void tellsAnswersFromReviews() throws IOException {
    assertThat(answers("a.jsonl", ANSWERS))
        .isEqualTo(Map.of("0", "Diamond Head.", "1", "A crater."));
    assertThat(format(folder.resolve("a.jsonl")).judged()).isFalse();
  }

  @Test
  void scoresReviewsAsEitherReference() {
    Reference reference = new Reference("", "", List.of(), List.of(), Map.of());

    assertThat(benchmark.score("official", "8 9.5\nWhy", reference))
        .isEqualTo(new Score("8.0 9.5", false, 0.95));
    assertThat(benchmark.score("official", "8, 9", reference)).isEqualTo(new Score("", true, 0));
    assertThat(benchmark.score("lmms-eval", "8, 9", reference))
        .isEqualTo(new Score("8.0 9.0", false, 0.9));
    assertThat(benchmark.score("official", "80 90", reference).value()).isEqualTo(1);
    assertThat(benchmark.score("official", "8 -9", reference).value()).isZero();
  }

  @Test
  void writesWhatLlavasReviewerTakes() throws IOException {
    List<BenchmarkQuestion> questions = read(QUESTIONS);
    Path export = Files.createDirectories(folder.resolve("export"));

    benchmark
        .submission()
        .orElseThrow()
        .write(
            questions.stream().map(q -> new AnsweredQuestion(q, "A hill.")).iterator(),
            new org.apache.hadoop.fs.Path(export.toUri()),
            hadoop);

    String written = Files.readString(export.resolve("llava-bench-in-the-wild.jsonl"));
    assertThat(written.lines()).hasSize(2);
    assertThat(written).contains("\"question_id\":0,", "\"answer_id\":\"0\"", "\"metadata\":{}");
    assertThat(answers("again.jsonl", written)).isEqualTo(Map.of("0", "A hill.", "1", "A hill."));
  }

  @Test
  void asksTheJudgeInLlavasLayout() throws IOException {
    writeContext();
    BenchmarkQuestion question = read(QUESTIONS).get(0);
    List<JudgeRequest> asked = new ArrayList<>();
    Judge judge =
        request -> {
          asked.add(request);
          return "8 9\nWhy";
        };
    Judging judging = benchmark.judging().orElseThrow();

    assertThat(judging.ask(judge, Optional.empty(), question, "A hill.")).isEqualTo("8 9\nWhy");
    String rules = "{\"llava_bench_conv\": {\"role\": \"Bot\", \"prompt\": \"Judge.\"}}";
    judging.ask(judge, Optional.of(rules), question, "A hill.");

    assertThat(asked.get(0).temperature()).isEqualTo(0.2);
    assertThat(asked.get(0).maxTokens()).isEqualTo(1024);
    assertThat(asked.get(0).user()).contains("[End of Assistant 2]\n\n[System]\nTwo assistants");
    assertThat(asked.get(1).user())
        .isEqualTo(
            """
            [Context]
            A crater.
            By the sea.

            [Question]
            What is it?

            [Bot 1]
            Diamond Head.

            [End of Bot 1]

            [Bot 2]
            A hill.

            [End of Bot 2]

            [System]
            Judge.

            """);
  }

  @Test
  void saysWhatTheJudgeLacks() throws IOException {
    BenchmarkQuestion bare = read(QUESTIONS).get(0);
    writeContext();
    BenchmarkQuestion question = read(QUESTIONS).get(0);
    Judge judge = request -> "8 9";
    Judging judging = benchmark.judging().orElseThrow();

    assertThatThrownBy(() -> judging.ask(judge, Optional.empty(), bare, "A hill."))
        .isInstanceOf(DataException.class)
        .hasMessageStartingWith("A judge needs a caption and the reference's answer to question 0");
    assertThatThrownBy(() -> judging.ask(judge, Optional.of("{}"), question, "A hill."))
        .hasMessageStartingWith("The judge's prompt has no \"prompt\" in \"llava_bench_conv\"");
    assertThatThrownBy(() -> judging.ask(judge, Optional.of("{"), question, "A hill."))
        .hasMessageStartingWith("The judge's prompt must be JSON like LLaVA's rule.json");
  }
}
