package io.prumerge.benchmark.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.prumerge.benchmark.BenchmarkQuestion;
import io.prumerge.benchmark.GivenAnswer;
import io.prumerge.benchmark.Reading;
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
    prompts("WHO is it?\\nAnswer, please.", "Why NOT?", "x\\nAnswer, please. ");

    assertThat(read())
        .extracting(BenchmarkQuestion::prompt, BenchmarkQuestion::question)
        .containsExactly(
            tuple("WHO is it?\nAnswer, please.", "WHO is it?"),
            tuple("Why NOT?", "Why NOT?"),
            tuple("x\nAnswer, please. ", "x\nAnswer, please. "));
    assertThat(read(Optional.of("same"), Optional.empty()).get(0).prompt())
        .as("of the same text, under another name")
        .isEqualTo("Who is it?\nAnswer, please.");
    assertThat(read(Optional.of("short"), Optional.empty()))
        .extracting(BenchmarkQuestion::prompt)
        .startsWith("WHO is it?", "Why NOT?");
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
