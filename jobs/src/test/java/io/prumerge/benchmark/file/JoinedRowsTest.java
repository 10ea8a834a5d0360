package io.prumerge.benchmark.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.prumerge.benchmark.BenchmarkQuestion;
import io.prumerge.benchmark.Reading;
import io.prumerge.console.UsageException;
import io.prumerge.source.DataException;
import io.prumerge.source.ImagePlace;
import io.prumerge.source.ParquetFixture;
import io.prumerge.source.SideCounts;
import io.prumerge.source.SourceFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Columns that rows have from those of other files and tables. */
class JoinedRowsTest {

  private static final String YAML =
      """
      name: joined
      data: .
      split: val
      layouts:
        lines:
          files: "{val|test}.jsonl"
          join: {files: "more/{split}_answers.json", on: {id: question_id}, columns: [people.answer, kind]}
          columns: {id: id, question: text, answers: people.answer, category: kind}
        by photo:
          files: "photo_{val}.jsonl"
          join:
            - {files: "{split}_answers.jsonl", on: {photo: photo, text: question}, columns: answer}
            - {files: "{split}_words.json", on: {photo: _key}, columns: words}
          columns: {question: text, answer: answer}
        tables:
          join: {on: {photo: id}, columns: picture}
          columns: {id: id, image: picture, image_name: "{photo}.jpg", question: question}
      prompts: ["{words}: ", "{question}"]
      score: {a: {rule: exact}}
      """;

  @TempDir private Path folder;

  private final List<Long> met = new ArrayList<>();
  private SourceFiles source;

  private static FileBenchmark benchmark(String yaml) {
    return new FileBenchmark(BenchmarkFile.parse(yaml, "joined.yaml"), Optional.empty());
  }

  /** Returns the questions, and notes how many rows of other files were met at each. */
  private List<BenchmarkQuestion> read() throws IOException {
    FileBenchmark benchmark = benchmark(YAML);
    List<BenchmarkQuestion> questions = new ArrayList<>();
    source = Reading.source(folder);
    met.clear();
    benchmark.read(
        source,
        benchmark.prompts(Optional.empty()),
        question -> {
          questions.add(question);
          met.add(sides().stream().mapToLong(SideCounts::rows).sum());
        });
    return questions;
  }

  private List<SideCounts> sides() {
    return source.leftOut().account().sides();
  }

  private void questions(Object... ids) throws IOException {
    Reading.write(
        folder,
        "val.jsonl",
        Stream.of(ids)
            .map(id -> "{\"id\": %s, \"text\": \"Question?\", \"kind\": \"own\"}".formatted(id))
            .toArray(String[]::new));
  }

  private void answers(String... rows) throws IOException {
    Files.createDirectories(folder.resolve("more"));
    Files.writeString(
        folder.resolve("more/val_answers.json"),
        "{\"info\": 1, \"rows\": [" + String.join(",\n", rows) + "]}");
  }

  private static String answer(Object id) {
    return "{\"question_id\": %s, \"kind\": \"k\", \"people\": [{\"answer\": \"a%s\"}, {\"answer\": \"x\"}]}"
        .formatted(id, id);
  }

  private static SideCounts counts(
      String file, long rows, long used, long unasked, long repeated, long unreadable) {
    return new SideCounts(file, rows, used, unasked, repeated, unreadable, 0);
  }

  @Test
  void rowsInOneOrderAreReadTogetherAndNotHeld() throws IOException {
    questions(1, 2, 4);
    answers(answer(1), answer(2), answer(3), answer(4), answer(5), answer(6));

    assertThat(read())
        .extracting(BenchmarkQuestion::id, BenchmarkQuestion::category, BenchmarkQuestion::answers)
        .containsExactly(
            tuple("1", "k", List.of("a1", "x")),
            tuple("2", "k", List.of("a2", "x")),
            tuple("4", "k", List.of("a4", "x")));
    assertThat(met).containsExactly(1L, 2L, 4L);
    assertThat(sides()).containsExactly(counts("val_answers.json", 6, 3, 3, 0, 0));
  }

  @Test
  void rowsInAnotherOrderAreHeldUntilTheirQuestionComes() throws IOException {
    questions("\"c\"", 2, 1, "4.0");
    answers(answer(1), answer(2), "{\"question_id\": \"c\", \"kind\": 7}", answer(4));
    assertThat(read())
        .extracting(BenchmarkQuestion::id, BenchmarkQuestion::category, BenchmarkQuestion::answers)
        .containsExactly(
            tuple("c", "7", List.of()),
            tuple("2", "k", List.of("a2", "x")),
            tuple("1", "k", List.of("a1", "x")),
            tuple("4", "k", List.of("a4", "x")));
    assertThat(met).containsExactly(3L, 3L, 3L, 4L);
    assertThat(sides()).containsExactly(counts("val_answers.json", 4, 4, 0, 0, 0));
  }

  @Test
  void aFileThatIsNotThereLeavesTheColumnsOut() throws IOException {
    questions(1);
    assertThat(read())
        .singleElement()
        .satisfies(question -> assertThat(question.answers()).isEmpty());
    assertThat(sides()).isEmpty();

    Reading.write(folder, "val_answers.json", "{\"rows\": [" + answer(1) + "]}");
    assertThat(read().get(0).answers()).as("beside the questions").containsExactly("a1", "x");
  }

  @Test
  void noRowAndOneRowAreRead() throws IOException {
    questions(1);
    answers(answer(1));
    assertThat(read()).hasSize(1);
    assertThat(sides()).containsExactly(counts("val_answers.json", 1, 1, 0, 0, 0));

    answers();
    assertThatThrownBy(this::read)
        .isInstanceOf(DataException.class)
        .hasMessage("val.jsonl:1: 'id' is '1', which val_answers.json lacks");

    questions("[]");
    assertThatThrownBy(this::read).hasMessageStartingWith("val.jsonl:1: 'id' is empty");
    questions("[]", 1, 2);
    answers(answer(2), answer(1));
    assertThat(read()).hasSize(2);
    assertThat(sides()).containsExactly(counts("val_answers.json", 2, 2, 0, 0, 0));
  }

  @Test
  void questionsWithoutARowRefuseTheFilesUnlessOneWasLeftOut() throws IOException {
    questions(1, 2, 3);
    answers(answer(1), answer(3));
    assertThatThrownBy(this::read)
        .isInstanceOf(DataException.class)
        .hasMessage("val.jsonl:2: 'id' is '2', which val_answers.json lacks");

    answers(answer(1), "7", "{\"kind\": \"k\"}", answer(3));
    assertThat(read()).extracting(BenchmarkQuestion::id).containsExactly("1", "3");
    assertThat(sides()).containsExactly(counts("val_answers.json", 4, 2, 0, 0, 2));
    assertThat(source.leftOut().count()).isEqualTo(3);
    assertThat(source.leftOut().ids()).containsExactly("2");
    assertThat(source.leftOut().warning().orElseThrow())
        .contains("val_answers.json:2: expected a JSON object, found NUMBER")
        .contains("val_answers.json:3: 'question_id' is empty")
        .contains("val.jsonl:2: 'id' is '2', which val_answers.json lacks");
  }

  @Test
  void rowsOfOneQuestionRefuseTheFile() throws IOException {
    questions(1, 2);
    for (List<Integer> ids :
        List.of(List.of(1, 1, 2), List.of(1, 2, 1), List.of(2, 2, 1), List.of(2, 1, 2))) {
      answers(ids.stream().map(JoinedRowsTest::answer).toArray(String[]::new));
      assertThatThrownBy(this::read)
          .as(ids.toString())
          .isInstanceOf(DataException.class)
          .hasMessageMatching(
              "val_answers.json:[23]: 'question_id' is '%d' for the second time"
                  .formatted(ids.get(0)));
    }
  }

  @Test
  void damageBehindTheLastQuestionIsFound() throws IOException {
    questions(1);
    answers(answer(1), "{");
    assertThatThrownBy(this::read)
        .isInstanceOf(DataException.class)
        .hasMessageStartingWith("val_answers.json:2: ");
  }

  @Test
  void questionsMayShareRowsOfSeveralFiles() throws IOException {
    Reading.write(
        folder,
        "photo_val.jsonl",
        "{\"photo\": \"p\", \"text\": \"A?\"}",
        "{\"photo\": \"p\", \"text\": \"B?\"}",
        "{\"photo\": \"q\", \"text\": \"A?\"}",
        "{\"photo\": \"p\", \"text\": \"B?\"}");
    String[] answers = {
      "{\"photo\": \"p\", \"question\": \"B?\", \"answer\": \"pb\"}",
      "{\"photo\": \"q\", \"question\": \"A?\", \"answer\": \"qa\", \"by\": 1}",
      "{\"photo\": \"p\", \"question\": \"A?\", \"answer\": \"pa\"}",
      "{\"photo\": \"q\", \"question\": \"A?\", \"answer\": \"qa\", \"by\": 2}",
      "{\"photo\": \"q\", \"question\": \"B?\", \"answer\": \"qb\"}"
    };
    Reading.write(folder, "val_answers.jsonl", answers);
    Files.writeString(
        folder.resolve("val_words.json"),
        "{\"q\": {\"words\": \"Stop\"}, \"r\": {}, \"p\": {\"words\": null}}");

    assertThat(read())
        .extracting(BenchmarkQuestion::prompt, BenchmarkQuestion::answers)
        .containsExactly(
            tuple("A?", List.of("pa")),
            tuple("B?", List.of("pb")),
            tuple("Stop: A?", List.of("qa")),
            tuple("B?", List.of("pb")));
    assertThat(sides())
        .containsExactly(
            counts("val_answers.jsonl", 5, 3, 1, 1, 0), counts("val_words.json", 3, 2, 1, 0, 0));

    answers[3] = answers[3].replace("qa", "other");
    Reading.write(folder, "val_answers.jsonl", answers);
    assertThatThrownBy(this::read)
        .hasMessage("val_answers.jsonl:4: 'photo, question' is 'q, A?' for the second time");
  }

  private void table(String name, String columns, String[]... rows) throws IOException {
    Path file = folder.resolve(name + "/val-00000-of-00001.parquet");
    Files.createDirectories(file.getParent());
    Files.deleteIfExists(file.resolveSibling("." + file.getFileName() + ".crc"));
    Files.deleteIfExists(file);
    try (ParquetFixture table = ParquetFixture.file(file, columns)) {
      for (String[] row : rows) {
        table.row(
            group -> {
              group.add("id", row[0]);
              if (row.length > 1) {
                group.add("photo", row[1]);
                group.add("question", row[2]);
              } else {
                ParquetFixture.image(group, "picture", new byte[] {1});
              }
            });
      }
    }
  }

  private void asked(String... photos) throws IOException {
    String text = "optional binary %s (STRING); ";
    table(
        "asked",
        text.formatted("id") + text.formatted("photo") + text.formatted("question"),
        Stream.of(photos)
            .map(photo -> new String[] {"of " + photo, photo, "Q?"})
            .toArray(String[][]::new));
  }

  private void pictures(String... ids) throws IOException {
    table(
        "pictures",
        "optional binary id (STRING); " + ParquetFixture.image("picture"),
        Stream.of(ids).map(id -> new String[] {id}).toArray(String[][]::new));
  }

  @Test
  void tablesAreJoinedByTheirColumns() throws IOException {
    asked("p", "q");
    assertThatThrownBy(this::read)
        .isInstanceOf(DataException.class)
        .hasMessageStartingWith(
            "No Parquet with the columns id, picture next to the questions asked/val (1 file)");

    pictures("q", "o", "p");
    assertThat(read())
        .extracting(
            BenchmarkQuestion::id, question -> question.image().map(ImagePlace::id).orElseThrow())
        .containsExactly(tuple("of p", "p.jpg"), tuple("of q", "q.jpg"));
    assertThat(source.notes()).isEmpty();
    assertThat(sides()).containsExactly(counts("pictures/val (1 file)", 3, 2, 1, 0, 0));

    List<BenchmarkQuestion> named = new ArrayList<>();
    FileBenchmark benchmark = benchmark(YAML);
    benchmark.read(
        Reading.source(
            folder.resolve("pictures/val-00000-of-00001.parquet"),
            folder.resolve("asked/val-00000-of-00001.parquet")),
        benchmark.prompts(Optional.empty()),
        named::add);
    assertThat(named).as("files by name").hasSize(2);

    pictures("q", "p", "q");
    assertThatThrownBy(this::read).hasMessageEndingWith(":row 2: 'id' is 'q' for the second time");
  }

  @Test
  void faultsOfTheFileAreNamed() {
    assertThatThrownBy(
            () ->
                benchmark(
                    YAML.replace("more/{split}_answers.json", "answers.json")
                        .replace("on: {photo: id}, columns", "files: \"{split}.json\", columns")
                        .replace("{photo: _key}, columns: words", "{}, columns: words, by: x")))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining(
            "joined.yaml:7: layouts.lines.join.files must be a name with one * or {split}, as"
                + " data/{split}_answers.json")
        .hasMessageContaining("joined.yaml:13: layouts.by photo.join.on names none")
        .hasMessageContaining("joined.yaml:13: unknown key 'layouts.by photo.join.by'")
        .hasMessageContaining("joined.yaml:16: the key 'layouts.tables.join.on' is missing")
        .hasMessageContaining(
            "joined.yaml:16: layouts.tables.join.files is of a form that names its own files");
  }
}
