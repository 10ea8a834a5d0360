package io.prumerge.benchmark.mmvet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.prumerge.benchmark.AnswerFormat;
import io.prumerge.benchmark.AnsweredQuestion;
import io.prumerge.benchmark.Benchmark.Reference;
import io.prumerge.benchmark.Benchmark.Score;
import io.prumerge.benchmark.BenchmarkQuestion;
import io.prumerge.benchmark.Judge;
import io.prumerge.benchmark.JudgeRequest;
import io.prumerge.benchmark.Reading;
import io.prumerge.source.DataException;
import io.prumerge.source.ImagePlace;
import io.prumerge.source.LeftOutRows;
import io.prumerge.source.ParquetFixture;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.apache.hadoop.conf.Configuration;
import org.apache.parquet.example.data.Group;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MmVetBenchmarkTest {

  private static final String QUESTIONS =
      """
      {
        "v1_0": {"imagename": "v1_0.png", "question": "What is x?", "answer": "-1<AND>-5",
          "capability": ["math", "ocr"], "imagesource": "web"},
        "v1_1": {"imagename": "v1_0.png", "question": "Who is it?", "answer": "Ada<OR>Lovelace",
          "capability": ["rec"], "imagesource": "web"}
      }
      """;

  private final MmVetBenchmark benchmark = new MmVetBenchmark();
  private final Configuration hadoop = new Configuration();

  @TempDir private Path folder;

  private List<BenchmarkQuestion> read() throws IOException {
    return Reading.questions(benchmark, folder);
  }

  private List<BenchmarkQuestion> read(String questions) throws IOException {
    Files.writeString(folder.resolve("mm-vet.json"), questions);
    return read();
  }

  private org.apache.hadoop.fs.Path hadoop(Path file) {
    return new org.apache.hadoop.fs.Path(file.toUri());
  }

  @Test
  void readsTheOfficialFile() throws IOException {
    List<BenchmarkQuestion> questions = read(QUESTIONS);

    assertThat(questions).extracting(BenchmarkQuestion::id).containsExactly("v1_0", "v1_1");
    BenchmarkQuestion first = questions.get(0);
    assertThat(first.image()).contains(new ImagePlace.InFolder("v1_0.png"));
    assertThat(first.prompt()).startsWith("What is x?");
    assertThat(first.question()).isEqualTo("What is x?");
    assertThat(first.answers()).containsExactly("-1<AND>-5");
    assertThat(first.category()).isEqualTo("ocr_math");
    assertThat(first.extra())
        .containsEntry(BenchmarkQuestion.GROUPS, "math\nocr")
        .containsEntry(BenchmarkQuestion.FILE_ID, "\"v1_0\"");
    assertThat(first.maxNewTokens()).isEqualTo(OptionalInt.of(1024));
    assertThat(questions.get(1).category()).as("rec is a group of its own").isEqualTo("rec_only");
  }

  @Test
  void findsTheArchivesFolderBelowLlavas() throws IOException {
    Files.createDirectories(folder.resolve("mm-vet"));
    Files.writeString(folder.resolve("mm-vet/mm-vet.json"), QUESTIONS);

    assertThat(read()).hasSize(2);
  }

  @Test
  void readsHuggingFacesFiles() throws IOException {
    String text = "optional binary %s (STRING); ";
    String fields =
        ParquetFixture.image("image")
            + text.formatted("question_id")
            + text.formatted("question")
            + text.formatted("answer")
            + text.formatted("capability");
    try (ParquetFixture table =
        ParquetFixture.file(folder.resolve("test-00000-of-00001.parquet"), fields)) {
      table.row(row -> fill(row, "v1_7"));
      table.row(row -> fill(row, "v1_8"));
    }

    List<BenchmarkQuestion> questions = read();

    assertThat(questions).extracting(BenchmarkQuestion::id).containsExactly("v1_7", "v1_8");
    assertThat(questions.get(0).category()).isEqualTo("rec_know");
    assertThat(questions.get(0).image()).map(ImagePlace::id).contains("v1_7");
  }

  private static void fill(Group row, String id) {
    ParquetFixture.image(row, "image", new byte[] {1});
    row.append("question_id", id).append("question", "Q").append("answer", "A");
    row.append("capability", "know,rec");
  }

  @Test
  void namesWhatIsNotAsItShouldBe() {
    assertThatThrownBy(this::read).hasMessageStartingWith("No mm-vet.json in ");
    String one = QUESTIONS.replaceFirst("(?s)\"v1_0\": .*?}", "").replaceFirst(",", "");
    assertThatThrownBy(() -> read(one.replace("\"rec\"", "\"seq\"")))
        .isInstanceOf(DataException.class)
        .hasMessage(
            "mm-vet.json:3: question v1_1 has the capabilities [seq]; known: rec, ocr, know, gen,"
                + " spat, math");
    assertThatThrownBy(() -> read(one.replace("[\"rec\"]", "[]")))
        .hasMessageContaining("question v1_1 has the capabilities []");
    assertThatThrownBy(() -> read(QUESTIONS.replace("\"v1_1\"", "\"v1_0\"")))
        .hasMessage("mm-vet.json:4: the key 'v1_0' stands twice in an object");
    assertThatThrownBy(() -> read(QUESTIONS.replace("v1_0.png", "/v1_0.png")))
        .hasMessageContaining("image '/v1_0.png' is absolute");
    assertThatThrownBy(() -> read(QUESTIONS.substring(0, 200)))
        .hasMessageContaining("not valid JSON (is the file cut off?)");
  }

  private AnswerFormat format(Path file) throws IOException {
    for (AnswerFormat format : benchmark.answerFormats()) {
      if (format.recognises(hadoop(file), hadoop)) {
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
            hadoop(file),
            hadoop,
            new LeftOutRows(),
            answer -> answers.put(answer.key(), answer.text()));
    return answers;
  }

  private static final String GRADES =
      """
      {"v1_0": {"model": ["gpt-4", "gpt-4"], "content": ["0.5", "so so"], "score": [0.5, 0.0]},
       "v1_1": {"model": ["gpt-4", "gpt-4"], "content": ["1", "1"], "score": [1, 1.0]}}
      """;

  @Test
  void readsGradesOfSeveralRuns() throws IOException {
    Path file = Files.writeString(folder.resolve("grade.json"), GRADES);

    assertThat(format(file).judged()).isTrue();
    assertThat(answers("grade.json", GRADES))
        .isEqualTo(Map.of("v1_0", "0.5\n0.0", "v1_1", "1.0\n1.0"));
  }

  @Test
  void readsAnswersInTheOfficialFormAndInLlavas() throws IOException {
    String lines = "{\"question_id\": 1, \"prompt\": \"Who is it?\", \"text\": \"Ada\"}\n";
    Map<String, String> expected = Map.of("v1_1", "Ada");

    assertThat(answers("r.json", "{\"v1_1\": \"Ada\"}")).isEqualTo(expected);
    assertThat(answers("a.jsonl", lines)).isEqualTo(expected);
    assertThat(format(folder.resolve("a.jsonl")).judged()).isFalse();
    assertThat(answers("r.json", "{\"v1_1\": \"Ada\", \"v1_2\": 3}"))
        .isEqualTo(Map.of("v1_1", "Ada", "v1_2", "3"));
    assertThat(answers("r.json", "{\"v1_1\": \"Ada\", \"v1_2\": [3]}")).isEqualTo(expected);
    assertThatThrownBy(() -> answers("r.json", "{\"v1_1\": \"Ada\", \"v1_2\": [3], \"v1_3\": [3]}"))
        .hasMessage("r.json:1: \"v1_2\" must be a string, it is [3]");
  }

  @Test
  void refusesGradesThatAreNone() throws IOException {
    assertThatThrownBy(() -> answers("g.json", GRADES.replace("[0.5, 0.0]", "[0.5]")))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("grades of v1_1: 2 runs, but 1 for those before");
    for (String bad : List.of("[]", "3", "[0.5, 1.5]")) {
      assertThat(answers("g.json", GRADES.replace("[0.5, 0.0]", bad))).containsOnlyKeys("v1_1");
    }
    String both = GRADES.replace("[1, 1.0]", "[2, 2]");
    assertThatThrownBy(() -> answers("g.json", both.replace("[0.5, 0.0]", "[]")))
        .hasMessageContaining("grades of v1_0: \"score\" must be an array with a number per run");
    assertThatThrownBy(() -> answers("g.json", both.replace("[0.5, 0.0]", "[0.5, 1.5]")))
        .hasMessageContaining("grades of v1_0: 1.5 is no number from 0 to 1");
    assertThatThrownBy(() -> answers("g.json", GRADES.substring(0, 120)))
        .hasMessageContaining("not valid JSON (is the file cut off?)");
  }

  @Test
  void scoresTheMeanOfTheRuns() {
    Reference reference = new Reference("", "", List.of("Ada"), List.of(), Map.of());

    assertThat(benchmark.gold(reference)).contains("Ada");
    assertThat(benchmark.score("official", "0.5\n0.0", reference))
        .isEqualTo(new Score("0.5 0.0", false, 0.25));
    assertThat(benchmark.score("official", "1.0", reference)).isEqualTo(new Score("1.0", false, 1));
    assertThat(benchmark.score("official", "", reference)).isEqualTo(new Score("", true, 0));
    assertThat(benchmark.score("official", "1.0\nno", reference)).isEqualTo(new Score("", true, 0));
  }

  @ParameterizedTest
  @CsvSource({"0.7, 0.7", "1, 1", "0.7 because, 0.7", ".5, 0.5", "1e-1, 0.1"})
  void readsThePieceBeforeTheFirstSpace(String words, double grade) {
    assertThat(MmVetBenchmark.grade(words)).hasValue(grade);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " 0.7", "1.1", "-0.1", "0.7.", "nan", "0,7", "(0.7)"})
  void makesNothingOfOtherWords(String words) {
    assertThat(MmVetBenchmark.grade(words)).isEmpty();
  }

  @Test
  void writesWhatTheOfficialEvaluatorTakes() throws IOException {
    List<BenchmarkQuestion> questions = read(QUESTIONS);
    Path export = Files.createDirectories(folder.resolve("export"));

    benchmark
        .submission()
        .orElseThrow()
        .write(
            questions.stream().map(q -> new AnsweredQuestion(q, "no \"x\"\n")).iterator(),
            hadoop(export),
            hadoop);

    assertThat(answers("again.json", Files.readString(export.resolve("mm-vet.json"))))
        .isEqualTo(Map.of("v1_0", "no \"x\"\n", "v1_1", "no \"x\"\n"));
  }

  /** A judge that gives its replies in turn and records the requests. */
  private static final class Script implements Judge {
    private final Deque<String> replies;
    private final List<JudgeRequest> asked = new ArrayList<>();

    Script(String... replies) {
      this.replies = new ArrayDeque<>(List.of(replies));
    }

    @Override
    public String reply(JudgeRequest request) {
      asked.add(request);
      return replies.remove();
    }
  }

  private String graded(Script judge, Optional<String> prompt) throws IOException {
    return benchmark.judging().orElseThrow().ask(judge, prompt, read(QUESTIONS).get(0), "x = -1");
  }

  @Test
  void asksOnceWhereTheJudgeGivesAGrade() throws IOException {
    Script judge = new Script("0.5 of 1");

    assertThat(graded(judge, Optional.of("Few shots"))).isEqualTo("0.5");
    assertThat(judge.asked)
        .containsExactly(
            new JudgeRequest("", "Few shots\nWhat is x? | -1 <AND> -5 | x = -1 | ", 0, 3));
  }

  @Test
  void asksOnWithRisingTemperatureAndGivesUpAfterFiveReplies() throws IOException {
    Script judge = new Script("well", "2.0", "", "maybe", "0.3");
    assertThat(graded(judge, Optional.empty())).isEqualTo("0.3");
    assertThat(judge.asked)
        .extracting(JudgeRequest::temperature)
        .containsExactly(0.0, 0.0, 0.5, 1.0, 1.5);
    assertThat(judge.asked.get(0).user())
        .endsWith("Correctness\n--- | --- | --- | ---\nWhat is x? | -1 <AND> -5 | x = -1 | ");
    assertThat(judge.asked.get(1).user())
        .endsWith(" | x = -1 | \nPredict the correctness of the answer (digit): ");

    assertThat(graded(new Script("a", "b", "c", "d", "e"), Optional.empty())).isEmpty();
  }
}
