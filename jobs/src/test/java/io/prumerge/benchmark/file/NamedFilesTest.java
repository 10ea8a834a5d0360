package io.prumerge.benchmark.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.prumerge.benchmark.BenchmarkQuestion;
import io.prumerge.benchmark.GivenAnswer;
import io.prumerge.benchmark.Reading;
import io.prumerge.console.UsageException;
import io.prumerge.source.DataException;
import io.prumerge.source.ImagePlace;
import io.prumerge.source.SourceFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Forms of data that are told by their files' names, and what such files have: prompts, names. */
class NamedFilesTest {

  private static final String YAML =
      """
      name: named
      data: .
      split: val
      layouts:
        prompts:
          files: "asked/ask_{test}.jsonl"
          prompted: polite
          images: photos
          columns: {id: id, image: image, question: text}
        questions:
          files: "{train|val.2|test}.json"
          images: photos
          columns: {id: image, image: image, question: question, answers: people.answer}
        rows:
          columns: {id: id, image: bytes, image_name: "{id}.jpg", question: question, answers: answers}
      prompts:
        polite: &polite ["{question:capitalized}", "\\nAnswer, please."]
        same: *polite
        short: "{question}"
      score: {a: {rule: vqa}}
      answer_file:
        name: all.json
        id: image
        answer: answer
        picture_ids: true
        key: '_0*([0-9]+)(\\.jpg)?$'
        processor: eval-ai
      """
          .replace("(\\.jpg)?", "(?:\\.jpg)?");

  @TempDir private Path folder;

  private static FileBenchmark benchmark(String yaml) {
    return new FileBenchmark(BenchmarkFile.parse(yaml, "named.yaml"), Optional.empty());
  }

  private List<BenchmarkQuestion> read(Optional<String> prompts, Optional<String> split)
      throws IOException {
    FileBenchmark benchmark = benchmark(YAML);
    List<BenchmarkQuestion> questions = new ArrayList<>();
    SourceFiles source = Reading.source(split, folder);
    benchmark.read(source, benchmark.prompts(prompts), questions::add);
    split.ifPresent(one -> assertThat(source.splitsRead()).containsExactly(one));
    return questions;
  }

  private List<BenchmarkQuestion> read() throws IOException {
    return read(Optional.empty(), Optional.empty());
  }

  private void prompts(String... texts) throws IOException {
    List<String> lines = new ArrayList<>();
    for (String text : texts) {
      int number = lines.size();
      lines.add(
          "{\"id\": %d, \"image\": \"a_%03d.jpg\", \"text\": \"%s\"}"
              .formatted(number, number, text));
    }
    Path below = Files.createDirectories(folder.resolve("asked"));
    Reading.write(below, "ask_test.jsonl", lines.toArray(String[]::new));
  }

  private void questions(String name, String image) throws IOException {
    String people = "{\"answer\": \"cat\"}, {\"answer\": \"dog\"}, {\"answer\": \"dog\"}";
    Files.writeString(
        folder.resolve(name),
        "[{\"image\": \"%s\", \"question\": \"what IS é?\", \"people\": [%s]}]"
            .formatted(image, people));
  }

  @Test
  void formsAreToldByNamesTheFirstOfASplitFirst() throws IOException {
    questions("test.json", "a_001.jpg");
    assertThat(read()).extracting(BenchmarkQuestion::id).containsExactly("a_001.jpg");
    assertThat(benchmark(YAML).gold(read().get(0).reference())).contains("dog");

    prompts("Who?\\nAnswer, please.");
    assertThat(read()).extracting(BenchmarkQuestion::id).containsExactly("0");

    questions("val.2.json", "a_002.jpg");
    questions("valX2.json", "a_003.jpg");
    assertThat(read(Optional.empty(), Optional.of("val.2")))
        .extracting(BenchmarkQuestion::id)
        .containsExactly("a_002.jpg");
    assertThatThrownBy(this::read)
        .isInstanceOf(DataException.class)
        .hasMessageStartingWith("Question files of several splits (test, val.2) in");
  }

  @Test
  void otherFormsAreOfTablesWhateverTheirNames() throws IOException {
    String named = YAML.replaceFirst("(?s)  rows:.*?(?=prompts:\\n  polite)", "");
    assertThatThrownBy(() -> Reading.questions(benchmark(named), folder))
        .isInstanceOf(DataException.class)
        .hasMessageStartingWith("No question file (ask_SPLIT.jsonl, SPLIT.json) in");

    String picture = Base64.getEncoder().encodeToString(new byte[100]);
    Reading.write(
        folder,
        "other.jsonl",
        "{\"id\": \"p_07\", \"bytes\": \"%s\", \"question\": \"Q?\", \"answers\": [\"\", \"\"]}"
            .formatted(picture));
    assertThat(read())
        .singleElement()
        .satisfies(
            question -> {
              assertThat(question.image()).map(ImagePlace::id).contains("p_07.jpg");
              assertThat(question.answers()).as("withheld").isEmpty();
            });
  }

  @Test
  void whatAFormLacksIsSaidOfItAlone() throws IOException {
    Files.writeString(folder.resolve("test.json"), "[{\"image\": \"a.jpg\"}]");
    assertThatThrownBy(this::read)
        .hasMessageContaining("test.json has none of the known forms: questions needs 'question',")
        .hasMessageNotContaining("rows needs");
  }

  @Test
  void promptsAreKeptUnderTheirWordingAndAreQuestionsUnderOthers() throws IOException {
    prompts("WHO is it?\\nAnswer, please.");

    assertThat(read())
        .extracting(BenchmarkQuestion::prompt, BenchmarkQuestion::question)
        .containsExactly(tuple("WHO is it?\nAnswer, please.", "WHO is it?"));
    assertThat(read(Optional.of("same"), Optional.empty()).get(0).prompt())
        .as("of the same text, under another name")
        .isEqualTo("Who is it?\nAnswer, please.");
    assertThat(read(Optional.of("short"), Optional.empty()).get(0).prompt())
        .isEqualTo("WHO is it?");
  }

  @Test
  void rowsThatAreNoPromptsOfTheirWordingAreLeftOut() throws IOException {
    prompts("Who?\\nAnswer, please.", "Why?", "Where?\\nAnswer, please.");
    FileBenchmark benchmark = benchmark(YAML);
    for (String prompts : List.of("polite", "same", "short")) {
      List<BenchmarkQuestion> questions = new ArrayList<>();
      SourceFiles source = Reading.source(folder);
      benchmark.read(source, benchmark.prompts(Optional.of(prompts)), questions::add);
      assertThat(questions)
          .extracting(BenchmarkQuestion::question)
          .containsExactly("Who?", "Where?");
      assertThat(source.leftOut().warning().orElseThrow())
          .contains(
              "ask_test.jsonl:2: 'text' is no prompt of polite, as prompted in named.yaml says: it"
                  + " is \"Why?\", and \"{question:capitalized}\\nAnswer, please.\"; write");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"polite", "short"})
  void anEditedWordingIsNotThatOfTheRows(String prompts) throws IOException {
    prompts("WHO?\\nAnswer, please.", "Why?\\nAnswer, please.");
    String edited = YAML.replace("\\nAnswer, please.", "\\nSay it.");
    assertThatThrownBy(() -> first(edited, prompts))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("ask_test.jsonl:1: 'text' is no prompt of polite, ")
        .hasMessageContaining("\"WHO?\\nAnswer, please.\"")
        .hasMessageContaining("\"{question:capitalized}\\nSay it.\"")
        .hasMessageContaining("prompted: {polite: \"{question}...\"}");

    String said =
        edited.replace("prompted: polite", "prompted: {polite: \"{question}\\nAnswer, please.\"}");
    assertThat(first(said, prompts).prompt())
        .isEqualTo(prompts.equals("polite") ? "Who?\nSay it." : "WHO?");
    assertThat(first(said.replace("\\nSay it.", "\\nAnswer, please."), "polite").prompt())
        .as("the rows' own, as it is not edited")
        .isEqualTo("WHO?\nAnswer, please.");
  }

  @ParameterizedTest
  @CsvSource({
    "'Look: {question} Say it.', , Look: Who? Say it., Who?",
    "'Look: {question} Say it.', , Look: Who?\\n(A) x\\n(B) y Say it., Who?\\n(A) x\\n(B) y",
    "'{question}\\n{options}\\nChoose.', '{question} In a word.', Who? In a word., Who?",
    "'{question}', '{question} In a word.', Who? In a word., Who?",
    "'{hint} {question} Say it.', , 7 Who? Say it., Who?",
    "'{none} {question} Say it.', '{question} Say it.', Who? Say it., Who?",
    "'{question}\\n{options}\\nChoose.', , Who?\\nA. x\\nB. y\\nChoose., Who?",
  })
  void theQuestionIsBetweenTheTextsOfAWording(
      String text, String open, String prompt, String question) throws IOException {
    String yaml =
        YAML.replace(
                "[\"{question:capitalized}\", \"\\nAnswer, please.\"]",
                "{text: \"" + text + "\"" + (open == null ? "" : ", open: \"" + open + "\"") + "}")
            .replace("question: text}", "question: text, options: choices}");
    boolean options = prompt.contains("A. x");
    Reading.write(
        Files.createDirectories(folder.resolve("asked")),
        "ask_test.jsonl",
        "{\"id\": 1, \"image\": \"a.jpg\", \"hint\": 7, \"choices\": %s, \"text\": \"%s\"}"
            .formatted(options ? "[\"x\", \"y\"]" : "[]", prompt));

    assertThat(first(yaml, "polite").question()).isEqualTo(question.replace("\\n", "\n"));
    assertThat(first(yaml, "polite").prompt()).isEqualTo(prompt.replace("\\n", "\n"));
  }

  private BenchmarkQuestion first(String yaml, String prompts) throws IOException {
    FileBenchmark benchmark = benchmark(yaml);
    List<BenchmarkQuestion> questions = new ArrayList<>();
    benchmark.read(Reading.source(folder), benchmark.prompts(Optional.of(prompts)), questions::add);
    return questions.get(0);
  }

  /** Of several forms one may lack a column, so that its piece is left out. */
  @Test
  void aMisspeltValueIsNotLeftOut() throws IOException {
    prompts("Who?\\nAnswer, please.");
    String yaml = YAML.replace("short: \"{question}\"", "short: \"{%s}\\nSay it.\"");
    for (String name : List.of("qestion", "question:captalized", "option", "Question")) {
      assertThatThrownBy(() -> first(yaml.formatted(name), "short"))
          .isInstanceOf(UsageException.class)
          .hasMessageContaining(
              "named.yaml: prompts, texts: Unknown value or column '" + name + "'");
    }
    String column =
        "{\"id\": 7, \"image\": \"a.jpg\", \"option\": 1, \"text\": \"W\\nAnswer, please.\"}";
    Reading.write(folder.resolve("asked"), "ask_test.jsonl", column);
    assertThat(first(yaml.formatted("option"), "short").prompt()).isEqualTo("1\nSay it.");
  }

  @Test
  void answersHavePicturesNamesAndAreMatchedByAPartOfThem() throws IOException {
    questions("test.json", "a_012.jpg");
    FileBenchmark benchmark = benchmark(YAML);
    Path written =
        Reading.export(benchmark, read(), one -> "The Dog's.", folder.resolve("out"))
            .resolve("all.json");

    assertThat(written).hasContent("[{\"image\":\"a_012.jpg\",\"answer\":\"dog 's\"}]");
    assertThat(benchmark.key(read().get(0))).isEqualTo("12");
    Path given =
        Reading.write(
            folder,
            "given.json",
            "[{\"image\": \"a_0012\", \"answer\": \"x\"}, {\"image\": \"b\", \"answer\": \"y\"}]");
    assertThat(Reading.answers(benchmark, given))
        .extracting(GivenAnswer::key)
        .containsExactly("12", "b");

    Path table = Reading.write(folder, "given.csv", "question_id,text", "a_12.jpg,x", "7,y");
    assertThat(Reading.answers(benchmark, table))
        .extracting(GivenAnswer::key)
        .containsExactly("12", "7");

    FileBenchmark lines = benchmark(YAML.replace("all.json", "all.jsonl"));
    Path file =
        Reading.export(lines, read(), one -> "A dog", folder.resolve("lines")).resolve("all.jsonl");
    assertThat(file).hasContent("{\"image\":\"a_012.jpg\",\"answer\":\"dog\"}");
    assertThat(Reading.answers(lines, file)).extracting(GivenAnswer::key).containsExactly("12");
  }
}
