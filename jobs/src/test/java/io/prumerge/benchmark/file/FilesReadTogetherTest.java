package io.prumerge.benchmark.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.prumerge.benchmark.BenchmarkQuestion;
import io.prumerge.benchmark.GivenAnswer;
import io.prumerge.benchmark.Reading;
import io.prumerge.console.UsageException;
import io.prumerge.source.DataException;
import io.prumerge.source.ParquetFixture;
import io.prumerge.source.SideCounts;
import io.prumerge.source.SourceFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files of several kinds of questions that are one split, as POPE's labels of three settings. */
class FilesReadTogetherTest {

  private static final String YAML =
      """
      name: things
      data: .
      layouts:
        asked:
          files: "asked_{test}.jsonl"
          parts: &parts {_file: '^things_(?P<kind>.*)$', text: '^(?P<start>\\w+)'}
          join: {files: "below/things_*.json", on: {kind_here: kind, start: start}, columns: label}
          columns: {id: id, question: text, answer: label, category: kind_here}
        together:
          files: "below/things_*.json"
          parts: *parts
          columns: {id: id, question: text, answer: label, category: kind, extra: _position}
        tables:
          split: "*"
          columns: {id: id, question: q, answer: a}
      prompts: "{question:stripped}"
      score: {a: {rule: yes-no, parser: pope}}
      """;

  @TempDir private Path folder;

  private static FileBenchmark benchmark(String yaml) {
    return new FileBenchmark(BenchmarkFile.parse(yaml, "things.yaml"), Optional.empty());
  }

  private List<BenchmarkQuestion> read() throws IOException {
    return Reading.questions(benchmark(YAML), folder);
  }

  private void things(String name, String... texts) throws IOException {
    List<String> lines = new ArrayList<>();
    for (String text : texts) {
      int number = lines.size() + 1;
      lines.add("{\"id\": %d, \"text\": \"%s\", \"label\": \"yes\"}".formatted(number, text));
    }
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    Reading.write(file.getParent(), file.getFileName().toString(), lines.toArray(String[]::new));
  }

  @Test
  void allFilesOfANameAreReadInItsOrder() throws IOException {
    things("things_red.json", " Is it?", "Is it not?");
    things("below/things_blue.json", "Who?", "Who not?");
    things("below/things_red.json", "Unread?", "Unread?");
    things("other_red.json", "Other?", "Other?");

    List<BenchmarkQuestion> questions = read();
    assertThat(questions)
        .extracting(
            BenchmarkQuestion::id, BenchmarkQuestion::category, one -> one.fileId().asText())
        .containsExactly(
            tuple("blue/1", "blue", "1"),
            tuple("blue/2", "blue", "2"),
            tuple("red/1", "red", "1"),
            tuple("red/2", "red", "2"));
    assertThat(questions.get(2).question()).isEqualTo(" Is it?");
    assertThat(questions.get(2).prompt()).isEqualTo("Is it?");
    assertThat(questions.get(2).extra()).containsEntry("key", "red 1: is it?");
    assertThat(benchmark(YAML).chance(questions.get(2).reference())).isEqualTo(0.5);
  }

  @Test
  void answersWithoutIdsAreMatchedByTheirOrder() throws IOException {
    things("things_random.json", "Is it in the imange?", "Is it?");
    Path answers =
        Reading.write(
            folder,
            "answers_random.json",
            "{\"question\": \"Is it in the image?\\nAnswer.\", \"answer\": \"No\"}",
            "{\"question\": \"Is it?\", \"answer\": \"Yes\"}");

    FileBenchmark benchmark = benchmark(YAML);
    assertThat(Reading.answers(benchmark, answers))
        .extracting(GivenAnswer::key)
        .containsExactlyElementsOf(read().stream().map(benchmark::key).toList());
    assertThat(benchmark.asks("Is it in the image? Say so.", read().get(0))).isTrue();
    FileBenchmark plain = benchmark(YAML.replace(", extra: _position", ""));
    assertThat(plain.answerFormats()).doesNotContain(PopeAnswers.FORMAT);
    assertThat(Reading.questions(plain, folder).get(1).id()).isEqualTo("2");
  }

  @Test
  void rowsAreJoinedByPartsOfTheirTextsAndTheNamesOfTheirFiles() throws IOException {
    things("below/things_blue.json", "Is it a cat?", "Who?", "Was it?");
    things("below/things_red.json", "Is it?", "Is it not?");
    Reading.write(
        folder,
        "asked_test.jsonl",
        "{\"id\": 7, \"text\": \"Is it a dog?\", \"kind_here\": \"blue\"}",
        "{\"id\": 8, \"text\": \"Is?\", \"kind_here\": \"red\"}");

    SourceFiles source = Reading.source(folder);
    List<BenchmarkQuestion> questions = new ArrayList<>();
    FileBenchmark benchmark = benchmark(YAML);
    benchmark.read(source, benchmark.prompts(Optional.empty()), questions::add);

    assertThat(questions)
        .extracting(BenchmarkQuestion::id, BenchmarkQuestion::answers)
        .containsExactly(tuple("7", List.of("yes")), tuple("8", List.of("yes")));
    assertThat(source.leftOut().account().sides())
        .containsExactly(
            new SideCounts("things_blue.json", 3, 1, 2, 0, 0, 0),
            new SideCounts("things_red.json", 2, 1, 0, 1, 0, 0));

    Files.delete(folder.resolve("below/things_red.json"));
    assertThatThrownBy(this::read)
        .isInstanceOf(DataException.class)
        .hasMessage(
            "asked_test.jsonl:2: 'kind_here, start' is 'red, Is', which things_*.json lacks");
    Files.delete(folder.resolve("below/things_blue.json"));
    assertThatThrownBy(this::read).hasMessageEndingWith("'blue, Is', which things_*.json lacks");
  }

  private void table(String name, String... ids) throws IOException {
    try (ParquetFixture file =
        ParquetFixture.file(
            folder.resolve(name),
            "optional binary id (STRING); optional binary q (STRING);"
                + " optional binary a (STRING); ")) {
      for (String id : ids) {
        file.row(
            row -> {
              row.add("id", id);
              row.add("q", "Is it?");
              row.add("a", "no");
            });
      }
    }
  }

  @Test
  void tablesOfAllSplitsAreReadUnlessOneIsTheFiles() throws IOException {
    table("red-00000-of-00001.parquet", "r");
    table("blue-00000-of-00001.parquet", "b1", "b2");
    SourceFiles source = Reading.source(Optional.of("red"), folder);
    List<String> ids = new ArrayList<>();
    FileBenchmark benchmark = benchmark(YAML);
    benchmark.read(source, benchmark.prompts(Optional.empty()), one -> ids.add(one.id()));
    assertThat(ids).containsExactly("b1", "b2", "r");
    assertThat(source.notes()).isEmpty();
    assertThat(source.splitsRead()).isEmpty();

    table("test-00000-of-00001.parquet", "t");
    assertThat(read()).extracting(BenchmarkQuestion::id).containsExactly("t");
  }

  @Test
  void aNameHasOnePlace() {
    for (String name :
        List.of("things_*_{test}.json", "things.json", "*_*.json", "*/things.json")) {
      assertThatThrownBy(
              () -> benchmark(YAML.replace("    files: \"below/things_*", "    files: \"" + name)))
          .as(name)
          .isInstanceOf(UsageException.class)
          .hasMessageContaining(", or one *");
    }
  }
}
