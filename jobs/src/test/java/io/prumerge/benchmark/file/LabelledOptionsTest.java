package io.prumerge.benchmark.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.prumerge.LocalSpark;
import io.prumerge.benchmark.BenchmarkQuestion;
import io.prumerge.benchmark.Reading;
import io.prumerge.console.Console;
import io.prumerge.source.DataException;
import io.prumerge.source.ParquetFixture;
import io.prumerge.source.SourceFiles;
import io.prumerge.store.Folders;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.parquet.example.data.Group;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Options beside labels, as ARC and others have them: right answers are labels. */
class LabelledOptionsTest {

  @TempDir private Path folder;

  /** Returns the questions of a table by the file that {@code init-benchmark} writes for it. */
  private List<BenchmarkQuestion> guessed(Path data) throws IOException {
    Path output = folder.resolve("x.yaml");
    Files.deleteIfExists(output);
    new InitialBenchmark(Folders.withoutSpark(Console.SILENT), LocalSpark.unused())
        .write(List.of(data.toString()), List.of(), output.toString());
    String yaml = Files.readString(output);
    assertThat(yaml).contains("options: choices", "answers_are: letter");
    return read(yaml, data);
  }

  private List<BenchmarkQuestion> read(String yaml, Path data) throws IOException {
    FileBenchmark benchmark =
        new FileBenchmark(BenchmarkFile.parse(yaml, "x.yaml"), Optional.of(Reading.path(folder)));
    SourceFiles source = Reading.source(data);
    List<BenchmarkQuestion> questions = new ArrayList<>();
    benchmark.read(source, benchmark.prompts(Optional.empty()), questions::add);
    return questions;
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"text\": [\"red\", \"green\"], \"label\": [\"A\", \"B\"]} | \"B\" | [red, green] | B",
        "{\"label\": [\"1\", \"2\"], \"text\": [\"2\", \"1\"]} | \"2\" | [2, 1] | B",
        "{\"label\": [1, 2], \"text\": [\"red\", \"green\"]} | 2 | [red, green] | B",
        "{\"label\": [\"b\", \"a\"], \"text\": [\"red\", \"green\"]} | \"B\" | [green, red] | B",
        "[{\"label\": \"A\", \"text\": \"red\"}, {\"label\": \"B\", \"text\": \"green\"}] | \"B\" | [red, green] | B",
        "[{\"key\": 0, \"value\": \"red\"}, {\"key\": 1, \"value\": \"green\"}] | 1 | [red, green] | B",
        "[{\"letter\": \"C\", \"option\": \"red\"}, {\"letter\": \"A\", \"option\": 7}] | \"C\" | [7, , red] | C"
      })
  void labelsSayWhichOptionIsRight(String choices, String answer, String options, String right)
      throws IOException {
    String row = "{\"id\": %d, \"question\": \"Q?\", \"choices\": %s, \"answerKey\": %s}";
    Path data =
        Reading.write(
            folder,
            "a.jsonl",
            row.formatted(1, choices, answer),
            row.formatted(2, choices, answer));
    assertThat(guessed(data))
        .hasSize(2)
        .allSatisfy(
            question -> {
              assertThat(question.reference().options()).hasToString(options);
              assertThat(question.reference().answers()).containsExactly(right);
            });
  }

  /** pandas writes a data set of the hub so. */
  @Test
  void textsInCellsSpellThem() throws IOException {
    Path data =
        Reading.write(
            folder,
            "a.csv",
            "id,question,choices,answerKey",
            "1,Q?,\"{'text': array(['red', 'green'], dtype=object), 'label': array(['A', 'B'],"
                + " dtype=object)}\",B",
            "2,Q?,\"{'text': ['red', \"\"it's\"\"], 'label': ['1', '2']}\",2",
            "3,Q?,\"{\"\"text\"\": [\"\"red\"\", \"\"x\"\"], \"\"label\"\": [\"\"A\"\", \"\"B\"\"]}\",B",
            "4,Q?,\"[{'label': 'A', 'text': 'red'}, {'label': 'B', 'text': 'y'}]\",B");
    assertThat(guessed(data))
        .extracting(one -> one.reference().options().get(1), one -> one.reference().answers())
        .containsExactly(
            tuple("green", List.of("B")),
            tuple("it's", List.of("B")),
            tuple("x", List.of("B")),
            tuple("y", List.of("B")));
  }

  @Test
  void parquetHasThemInAStruct() throws IOException {
    Path data = folder.resolve("a.parquet");
    try (ParquetFixture written =
        ParquetFixture.file(
            data,
            "required binary id (STRING); required binary question (STRING);"
                + " required binary answerKey (STRING); required group choices {"
                + " required group text (LIST) { repeated group list { required binary element"
                + " (STRING); } } required group label (LIST) { repeated group list { required"
                + " binary element (STRING); } } }")) {
      written.row(
          row -> {
            row.append("id", "1").append("question", "Q?").append("answerKey", "3");
            Group choices = row.addGroup("choices");
            for (String field : List.of("text", "label")) {
              Group list = choices.addGroup(field);
              for (String label : List.of("1", "2", "3")) {
                list.addGroup("list")
                    .append("element", field.equals("label") ? label : "option " + label);
              }
            }
          });
    }
    assertThat(guessed(data))
        .singleElement()
        .satisfies(
            one -> {
              assertThat(one.reference().options())
                  .containsExactly("option 1", "option 2", "option 3");
              assertThat(one.reference().answers()).containsExactly("C");
            });
  }

  /** A map is a dict. */
  @Test
  void mapsOfParquetHaveOptionsByLetters() throws IOException {
    Path data = folder.resolve("a.parquet");
    try (ParquetFixture written =
        ParquetFixture.file(
            data,
            "required int64 id; required binary question (STRING); required binary answerKey"
                + " (STRING); optional group choices (MAP) { repeated group key_value { required"
                + " binary key (STRING); optional binary value (STRING); } }")) {
      written.row(
          row -> {
            row.append("id", 1L).append("question", "Q?").append("answerKey", "C");
            Group map = row.addGroup("choices");
            map.addGroup("key_value").append("key", "C").append("value", "blue");
            map.addGroup("key_value").append("key", "A").append("value", "red");
            map.addGroup("key_value").append("key", "B");
          });
    }
    assertThat(guessed(data))
        .singleElement()
        .satisfies(
            one -> {
              assertThat(one.reference().options()).containsExactly("red", "", "blue");
              assertThat(one.reference().answers()).containsExactly("C");
            });
  }

  /** Lists may all be as long as the longest, or have a gap. */
  @Test
  void nullsOfAListAreMissingOptions() throws IOException {
    Path lines =
        Reading.write(
            folder,
            "a.jsonl",
            "{\"id\": 1, \"question\": \"Q?\", \"choices\": [\"red\", null, \"blue\", null],"
                + " \"answerKey\": \"C\"}",
            "{\"id\": 2, \"question\": \"Q?\", \"choices\": [\"red\", \"blue\", null, null],"
                + " \"answerKey\": \"A\"}");
    Path cells =
        Reading.write(
            folder,
            "a.csv",
            "id,question,choices,answerKey",
            "1,Q?,\"['red', None, 'blue', None]\",C",
            "2,Q?,\"['red', 'blue', None, None]\",A");
    for (Path data : List.of(lines, cells)) {
      assertThat(guessed(data))
          .extracting(one -> one.reference().options())
          .containsExactly(List.of("red", "", "blue", ""), List.of("red", "blue", "", ""));
    }
  }

  @Test
  void whatIsNoLabelStaysAndALabelTwiceIsRefused() throws IOException {
    String yaml =
        "name: x\ndata: x\ncolumns: {id: id, question: question, options: choices, answers: a}\n"
            + "score: {d: {rule: letter, parser: letters, answers_are: text}}\n";
    String row = "{\"id\": 1, \"question\": \"Q?\", \"a\": \"green\", \"choices\": %s}";
    Path data =
        Reading.write(
            folder,
            "a.jsonl",
            row.formatted(
                "[{\"label\": \"1\", \"text\": \"red\"}, {\"label\": \"2\", \"text\": \"green\"}]"));
    assertThat(read(yaml, data).get(0).reference().answers()).containsExactly("green");

    Reading.write(
        folder,
        "a.jsonl",
        row.formatted("{\"label\": [\"A\", \"A\"], \"text\": [\"red\", \"green\"]}"));
    assertThatThrownBy(() -> read(yaml, data))
        .isInstanceOf(DataException.class)
        .hasMessageContaining("'choices' has the label 'A' twice");
  }
}
