package io.prumerge.score;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.prumerge.benchmark.Benchmark;
import io.prumerge.benchmark.Benchmark.Reference;
import io.prumerge.benchmark.BenchmarkQuestion;
import io.prumerge.benchmark.file.Benchmarks;
import io.prumerge.score.MatchedAnswers.QuestionsOfKey;
import io.prumerge.score.log.AnswerPlace;
import io.prumerge.source.DataException;
import io.prumerge.source.XlsxWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Function;
import java.util.zip.GZIPOutputStream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AnswerFilesTest {

  private static final String LINES =
      """
      {"question_id": 1, "prompt": "What is this?\\nAnswer.", "text": "a dog"}
      {"question_id": 2, "prompt": "How many  DOGS are there?", "text": "2"}
      """;

  @TempDir private Path folder;

  private static BenchmarkQuestion question(String id, String text, String truth) {
    return question(id, text, "c", truth, Map.of());
  }

  private static BenchmarkQuestion question(
      String id, String text, String category, String truth, Map<String, String> more) {
    Map<String, String> extra = new HashMap<>(more);
    extra.put(BenchmarkQuestion.FILE_ID, "\"%s\"".formatted(id));
    return new BenchmarkQuestion(
        id,
        Optional.empty(),
        text,
        OptionalInt.empty(),
        new Reference(text, category, List.of(truth), List.of(), extra));
  }

  private static List<BenchmarkQuestion> two() {
    return List.of(
        question("1", "What is this?", "dog"), question("2", "How many dogs are there?", "2"));
  }

  private static AnswerFiles files(String name) {
    Benchmark benchmark = Benchmarks.KNOWN.named(name);
    return new AnswerFiles(benchmark, benchmark.judging().isPresent(), Optional.empty());
  }

  private List<String> read(String benchmark, List<BenchmarkQuestion> questions, String... names)
      throws IOException {
    List<AnswerPlace> places = new ArrayList<>();
    for (String name : names) {
      places.add(
          new AnswerPlace(
              "given/" + name, new org.apache.hadoop.fs.Path(folder.resolve(name).toUri())));
    }
    Function<String, QuestionsOfKey> keys =
        QuestionsOfKey.all(
            Benchmarks.KNOWN.named(benchmark), QuestionKey.OF_FILES, questions.iterator());
    List<String> matched = new ArrayList<>();
    files(benchmark)
        .read(
            places,
            new Configuration(),
            answer ->
                matched.add(keys.apply(answer.key()).next(answer).id() + "=" + answer.text()));
    return matched;
  }

  private void refuses(
      String benchmark, List<BenchmarkQuestion> questions, String name, String... why) {
    assertThatThrownBy(() -> read(benchmark, questions, name))
        .isInstanceOf(DataException.class)
        .hasMessageContainingAll(why);
  }

  private void write(String name, String text) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    if (!name.endsWith(".gz")) {
      Files.writeString(file, text);
      return;
    }
    try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(file))) {
      out.write(text.getBytes(StandardCharsets.UTF_8));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"a.jsonl", "a.json", "a.txt", "a.jsonl.gz", "a.json.gz"})
  void linesOfJsonAreReadWhateverTheirFileIsCalled(String name) throws IOException {
    write(name, LINES);

    assertThat(read("custom", two(), name)).containsExactly("1=a dog", "2=2");
  }

  @ParameterizedTest
  @ValueSource(strings = {"scienceqa", "vqav2", "gqa", "mm-vet"})
  void alsoWhereTheBenchmarkHasAFormOfItsOwnInSuchFiles(String benchmark) throws IOException {
    write("a.json", "{\"question_id\": \"v1_1\", \"text\": \"a dog\"}\n");

    assertThat(read(benchmark, List.of(question("v1_1", "What is this?", "dog")), "a.json"))
        .containsExactly("v1_1=a dog");
  }

  @Test
  void aFolderIsReadFileByFile() throws IOException {
    String[] lines = LINES.split("(?<=\n)");
    write("all/2_1.jsonl", lines[1]);
    write("all/2_0.jsonl.gz", lines[0]);
    write("all/.hidden", "x");

    assertThat(read("custom", two(), "all")).containsExactly("1=a dog", "2=2");

    write("all/notes.md", "x");
    refuses("custom", two(), "all", "given/all/notes.md is neither a run");
    Files.createDirectory(folder.resolve("nothing"));
    refuses("custom", two(), "nothing", "given/nothing is neither a run");
  }

  @Test
  void namesThePathAsItWasGiven() throws IOException {
    write("a.jsonl", LINES + LINES);
    refuses(
        "custom",
        two(),
        "a.jsonl",
        "given/a.jsonl:3: question '1' is answered in given/a.jsonl:1 already");
    write("a.jsonl", "{\"question_id\": 1}");
    refuses("custom", two(), "a.jsonl", "given/a.jsonl:1: lacks the field \"text\"");
    write("a.jsonl.gz", "");
    Files.write(folder.resolve("a.jsonl.gz"), new byte[] {1, 2, 3});
    refuses("custom", two(), "a.jsonl.gz", "given/a.jsonl.gz: no gzip file");
  }

  /** A program that joins answers to questions writes null where it has none. */
  @Test
  void anAnswerThatIsNoTextIsOne() throws IOException {
    String line = "{\"question_id\": %d, \"text\": %s}\n";
    write("a.jsonl", line.formatted(1, "null") + line.formatted(2, "null"));
    assertThat(read("custom", two(), "a.jsonl")).containsExactly("1=", "2=");
    write("a.jsonl", line.formatted(1, "true") + line.formatted(2, "2"));
    assertThat(read("custom", two(), "a.jsonl")).containsExactly("1=True", "2=2");
    write("a.jsonl", line.formatted(1, "1e22") + line.formatted(2, "0.10"));
    assertThat(read("custom", two(), "a.jsonl")).containsExactly("1=1e+22", "2=0.1");
    write("a.jsonl", line.formatted(1, "[\"a dog\"]"));
    refuses("custom", two(), "a.jsonl", "\"text\" must be a string, it is [\"a dog\"]");
  }

  /** As Spark's first task leaves them. */
  @Test
  void emptyFilesOfAFolderHaveNoAnswers() throws IOException {
    write("all/part-00000.jsonl", "");
    write("all/part-00001.json.gz", "");
    write("all/part-00002.JSONL", LINES);
    assertThat(read("custom", two(), "all")).containsExactly("1=a dog", "2=2");
  }

  @Test
  void aPromptMustAskTheQuestionThatItsIdNames() throws IOException {
    write("a.jsonl", "{\"question_id\": 1, \"prompt\": \"Describe it.\", \"text\": \"a dog\"}");

    refuses(
        "custom",
        two(),
        "a.jsonl",
        "given/a.jsonl:1: its prompt is 'Describe it.', but question '1' of the custom files",
        "'What is this?'");
  }

  /** Of POPE's labels and of LLaVA's question files: their texts would be scored as answers. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"question_id\": 1, \"image\": \"a.jpg\", \"text\": \"Is it?\", \"label\": \"no\"}",
        "{\"question_id\": 1, \"image\": \"a.jpg\", \"text\": \"Is it?\\n"
            + "Answer.\", \"category\": \"x\"}"
      })
  void questionsAreNoAnswers(String line) throws IOException {
    write("coco_pope_random.json", line + "\n");

    refuses(
        "pope",
        List.of(question("random/1", "Is it?", "no")),
        "coco_pope_random.json",
        "given/coco_pope_random.json holds questions, not answers: its first line has \"image\"");
  }

  @Test
  void answersThatNameTheirPicturesAreAnswers() throws IOException {
    write("a.jsonl", "{\"question_id\": 1, \"image\": \"a.jpg\", \"text\": \"a dog\"}");
    write(
        "b.jsonl",
        "{\"question_id\": 2, \"image\": \"a.jpg\", \"model_id\": \"m\", \"text\": \"Two?\"}");

    assertThat(read("custom", two(), "a.jsonl", "b.jsonl")).containsExactly("1=a dog", "2=Two?");
  }

  /** Other tools write the field, and leave it empty. */
  @Test
  void aBlankPromptIsNone() throws IOException {
    write(
        "a.jsonl",
        "{\"question_id\": 1, \"prompt\": \"\", \"text\": \"a dog\"}\n"
            + "{\"question_id\": 2, \"prompt\": \" \\n\", \"model_id\": \"\", \"text\": \"2\"}");
    assertThat(read("custom", two(), "a.jsonl")).isEqualTo(read("custom", two(), without()));

    write("a.jsonl", "{\"question_id\": \"ocr/1.png\", \"prompt\": \"\", \"text\": \"yes\"}");
    refuses(
        "mme",
        List.of(),
        "a.jsonl",
        "given/a.jsonl:1: has no text in \"prompt\", which tells the two questions about an image");
  }

  private String without() throws IOException {
    write(
        "b.jsonl",
        "{\"question_id\": 1, \"text\": \"a dog\"}\n{\"question_id\": 2, \"text\": \"2\"}");
    return "b.jsonl";
  }

  @Test
  void aKeyThatStandsTwiceIsRefused() throws IOException {
    write("a.jsonl", "{\"question_id\": 1, \"text\": \"a dog\", \"text\": \"a cat\"}");
    refuses("custom", two(), "a.jsonl", "a.jsonl:1: the key 'text' stands twice in an object");
    write("a.json", "{\"v1_0\": \"a dog\", \"v1_0\": \"a cat\"}");
    refuses("mm-vet", two(), "a.json", "a.json:1: the key 'v1_0' stands twice in an object");
    write("a.json", "[{\"question_id\": 1, \"answer\": \"a\", \"answer\": \"b\"}]");
    refuses("vqav2", two(), "a.json", "a.json:1: the key 'answer' stands twice in an object");
    write("grades.json", "{\"v1_0\": {\"score\": [1]}, \"v1_0\": {\"score\": [0]}}");
    refuses("mm-vet", List.of(question("v1_0", "q", "a")), "grades.json", "'v1_0' stands twice");
    write("a_output.jsonl", "{\"correct\": [], \"incorrect\": [], \"correct\": []}");
    refuses("scienceqa", two(), "a_output.jsonl", "the key 'correct' stands twice");
  }

  private static List<BenchmarkQuestion> mme() {
    return List.of(
        question("color/1.png", "Is it red?", "color", "yes", Map.of("image_name", "1.png")),
        question("color/1.png#2", "Is it blue?", "color", "no", Map.of("image_name", "1.png")));
  }

  @Test
  void oneTaskOfMmeIsEnough() throws IOException {
    String lines =
        """
        1.png\tIs it red? Please answer yes or no.\tYes\tYes
        1.png\tIs it blue? Please answer yes or no.\tNo\tNo
        """;
    for (String name : List.of("color.txt", "color.txt.gz")) {
      write(name, lines);
      assertThat(read("mme", mme(), name)).containsExactly("color/1.png=Yes", "color/1.png#2=No");
    }
  }

  @Test
  void truthsBesideAnswersMustBeTheSourcesOwn() throws IOException {
    write("all/color.txt", "1.png\tIs it red? Please answer yes or no.\tNo\tYes\n");
    refuses(
        "mme",
        mme(),
        "all",
        "color.txt:1: the right answer to 'color/1",
        "is 'no' here, but 'yes'");
    write(
        "a_output.jsonl",
        """
        {"correct": [], "incorrect": [{"question_id": "1", "pred": "A", "ground_truth": "B", \
        "question": "What is this?"}]}
        """);
    refuses(
        "scienceqa",
        List.of(question("1", "What is this?", "A")),
        "a_output.jsonl",
        "the right answer to '1' is 'B' here, but 'A'");
  }

  /** Reads answers to custom questions or those of another benchmark, of which none may be lost. */
  private AnswerFiles reading(String benchmark, String name, List<String> answers)
      throws IOException {
    AnswerFiles files = files(benchmark);
    files.read(
        List.of(
            new AnswerPlace(
                "given/" + name, new org.apache.hadoop.fs.Path(folder.resolve(name).toUri()))),
        new Configuration(),
        answer -> answers.add(answer.key() + "=" + answer.text()));
    return files;
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "custom|a.jsonl|{\"question_id\": 1, \"text\": \"x\"}|{\"question_id\": 2, |not valid JSON",
        "custom|a.jsonl|{\"question_id\": 1, \"text\": \"x\"}|[2]|expected one JSON object",
        "custom|a.jsonl|{\"question_id\": 1, \"text\": \"x\"}|{\"text\": \"x\"}|lacks the field",
        "custom|a.jsonl|{\"question_id\": 1, \"text\": \"x\"}|question_id,text|not valid JSON",
        "seed|a.jsonl|{\"question_id\": 1, \"prediction\": \"x\"}|{\"question_id|not valid JSON",
        "llava-bench|r.jsonl|{\"question_id\": 1, \"content\": \"x\", \"tuple\": [-1, -1]}|{\"q|not"
            + " valid JSON",
        "mme|color.txt|1.png\tIs it?\tYes\tx|1.png\tIs it|expected image, question, truth and"
            + " response",
        "mme|color.txt|1.png\tIs it?\tYes\tx|1.png\tIs it\tYes|no response",
      })
  void aRowThatCannotBeReadCostsThatRow(
      String benchmark, String name, String good, String bad, String why) throws IOException {
    List<String> rows = new ArrayList<>(List.of(good, good, good, bad));
    for (int i = 0; i < rows.size(); i++) {
      write(name, String.join("\n", rows).replace("\\t", "\t") + "\n");
      List<String> answers = new ArrayList<>();

      AnswerFiles files = reading(benchmark, name, answers);

      assertThat(answers).as("bad line %d", 4 - i).hasSize(3).allMatch(one -> one.endsWith("=x"));
      assertThat(files.leftOut().count()).isEqualTo(1);
      assertThat(files.leftOut().reasons())
          .startsWith("given/%s:%d: ".formatted(name, 4 - i))
          .contains(why);
      Collections.rotate(rows, -1);
    }
    write(name, String.join("\n", good, bad, bad).replace("\\t", "\t"));
    assertThatThrownBy(() -> reading(benchmark, name, new ArrayList<>()))
        .as("most rows are such")
        .isInstanceOf(DataException.class)
        .hasMessageStartingWith("given/" + name + ":2: ")
        .hasMessageContaining(why);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "vqav2|[{\"question_id\": 1, \"answer\": \"x\"}, %s]|{\"question_id\": 2}|3",
        "vqav2|[%s, {\"question_id\": 1, \"answer\": \"x\"}]|[2]|3",
        "mm-vet|{\"v1_1\": \"x\", \"v1_2\": %s}|[3]|{}",
        "scienceqa|{\"results\": {\"1\": 0, \"2\": %s}, \"outputs\": {}}|7|\"B C\"",
        "scienceqa|{\"correct\": [{\"question_id\": 1, \"pred\": \"x\"}, %s], \"incorrect\":"
            + " []}|{}|3",
      })
  void anElementThatIsNoAnswerCostsThatElement(
      String benchmark, String document, String bad, String alsoBad) throws IOException {
    for (String element : List.of(bad, alsoBad)) {
      write("a.json", document.formatted(element));
      List<String> answers = new ArrayList<>();

      AnswerFiles files = reading(benchmark, "a.json", answers);

      assertThat(answers).hasSize(1);
      assertThat(files.leftOut().reasons()).startsWith("given/a.json:1");
    }
    write("a.json", document.formatted(bad + " {"));
    assertThatThrownBy(() -> reading(benchmark, "a.json", new ArrayList<>()))
        .as("nothing behind a syntax error is certain")
        .isInstanceOf(DataException.class)
        .hasMessageMatching("given/a\\.json:1: not valid JSON .*, column \\d+: .*");
  }

  @Test
  void answersToPopeKeepTheirPlaces() throws IOException {
    String line = "{\"question\": \"Is %s?\", \"answer\": \"yes\"}\n";
    write(
        "random.json",
        line.formatted("a") + "{\"question\": \"Is b?\", \n\n" + line.formatted("c"));
    List<String> answers = new ArrayList<>();

    assertThat(reading("pope", "random.json", answers).leftOut().reasons())
        .startsWith("given/random.json:2: not valid JSON");

    assertThat(answers).containsExactly("random 1: is a?=yes", "random 3: is c?=yes");
  }

  @Test
  void aRowOfASheetThatNamesNoQuestionCostsThatRow() throws IOException {
    try (XlsxWriter sheet = new XlsxWriter(Files.newOutputStream(folder.resolve("mmbench.xlsx")))) {
      for (List<String> row :
          List.of(List.of("index", "prediction"), List.of("1", "A"), List.of("x", "B"))) {
        sheet.row(row.stream().map(Optional::of).toList());
      }
    }
    List<String> answers = new ArrayList<>();

    assertThat(reading("mmbench", "mmbench.xlsx", answers).leftOut().reasons())
        .contains("expected a whole number in 'index', found 'x'");

    assertThat(answers).containsExactly("1=A");
  }

  @Test
  void reviewsAsTheyWereWrittenAtFirstAreRead() throws IOException {
    write(
        "reviews.jsonl",
        """
        {"question_id": 1, "text": "8 9\\nGood.", "score": [8.0, 9.0], "metadata": {}}
        {"question_id": 2, "text": "?", "score": [-1, -1]}
        """);

    assertThat(read("llava-bench", two(), "reviews.jsonl")).containsExactly("1=8 9\nGood.", "2=?");
  }
}
