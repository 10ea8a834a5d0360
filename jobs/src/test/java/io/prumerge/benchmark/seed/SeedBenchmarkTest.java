package io.prumerge.benchmark.seed;

import static io.prumerge.benchmark.Reading.write;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.prumerge.benchmark.Benchmark.Reference;
import io.prumerge.benchmark.Benchmark.Score;
import io.prumerge.benchmark.BenchmarkQuestion;
import io.prumerge.benchmark.GivenAnswer;
import io.prumerge.benchmark.Goldens;
import io.prumerge.benchmark.Reading;
import io.prumerge.source.DataException;
import io.prumerge.source.ImagePlace;
import io.prumerge.source.ParquetFixture;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.io.api.Binary;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SeedBenchmarkTest {

  private static final String TEXT =
      "Who?\n"
          + "A. cat\n"
          + "B. dog\n"
          + "C. bird\n"
          + "D. fish\n"
          + "Answer with the option's letter from the given choices directly.";

  private final SeedBenchmark seed = new SeedBenchmark();
  @TempDir private Path folder;

  private List<BenchmarkQuestion> read() throws IOException {
    return Reading.questions(seed, folder);
  }

  private static String item(String id, int type, String kind, String source, String answer) {
    return ("{\"answer\": \"%s\", \"choice_a\": \"cat\", \"choice_b\": \"dog\", \"choice_c\":"
            + " \"bird\", \"choice_d\": \"fish\", \"data_id\": \"%s\", \"data_type\": \"%s\","
            + " \"question\": \"Who?\", \"question_id\": \"%s\", \"question_type_id\": %d}")
        .formatted(answer, source, kind, id, type);
  }

  private static String image(String id, String answer) {
    return item(id, 2, "image", "1_" + id, answer);
  }

  private void annotations(String... items) throws IOException {
    write(
        folder,
        SeedBenchmark.ANNOTATIONS,
        "{\"question_type\": {\"Instance Identity\": 2}, \"questions\": ["
            + String.join(",\n", items)
            + "]}");
  }

  @BeforeEach
  void twoOfOneIdAndAVideo() throws IOException {
    annotations(image("49914", "A"), image("49914", "B"), item("v7", 10, "video", "9.webm", "C"));
  }

  @Test
  void readsTheOfficialFile() throws IOException {
    List<BenchmarkQuestion> questions = read();

    assertThat(questions)
        .extracting(
            BenchmarkQuestion::id,
            BenchmarkQuestion::category,
            BenchmarkQuestion::answers,
            question -> question.extra().get("groups"),
            question -> question.image().orElseThrow())
        .containsExactly(
            tuple(
                "49914",
                "Instance Identity",
                List.of("A"),
                "image",
                new ImagePlace.InFolder("1_49914")),
            tuple(
                "49914#2",
                "Instance Identity",
                List.of("B"),
                "image",
                new ImagePlace.InFolder("1_49914")),
            tuple(
                "v7",
                "Action Recognition",
                List.of("C"),
                "video",
                new ImagePlace.InFolder("SEED-Bench-video-image/10_v7.png")));
    assertThat(questions.get(0).prompt()).isEqualTo(TEXT);
    assertThat(questions.get(0).maxNewTokens()).isEqualTo(OptionalInt.of(128));
    assertThat(questions.get(0).extra()).containsEntry("question_id", "\"49914\"");
  }

  @Test
  void skipsVideosWhereThereAreImagesButNoFrames() throws IOException {
    Files.createDirectories(folder.resolve("SEED-Bench-image"));
    assertThat(read())
        .extracting(question -> question.image().orElseThrow().id())
        .containsExactly("SEED-Bench-image/1_49914", "SEED-Bench-image/1_49914");

    Files.createDirectories(folder.resolve("SEED-Bench-video-image"));
    assertThat(read()).hasSize(3);
  }

  @Test
  void readsLlavasQuestions() throws IOException {
    write(
        folder,
        SeedBenchmark.QUESTION_FILE,
        line("49914", "SEED-Bench-image/1_49914"),
        line("49914", "SEED-Bench-image/1_49914"),
        line("\"v7\"", "SEED-Bench-video-image/10_v7.png"));

    assertThat(read())
        .extracting(BenchmarkQuestion::id, BenchmarkQuestion::answers, BenchmarkQuestion::prompt)
        .containsExactly(
            tuple("49914", List.of("A"), TEXT),
            tuple("49914#2", List.of("B"), TEXT),
            tuple("v7", List.of("C"), TEXT));
  }

  /** The evaluator compares letters: nothing that is said to such a question is right. */
  @Test
  void readsAQuestionWhoseRightOptionIsMissing() throws IOException {
    annotations(image("1", "E"), image("2", "B"));

    assertThat(read())
        .extracting(BenchmarkQuestion::id, BenchmarkQuestion::answers)
        .containsExactly(tuple("1", List.of("E")), tuple("2", List.of("B")));
  }

  private static String line(String id, String image) {
    return "{\"question_id\": %s, \"image\": \"%s\", \"text\": \"%s\", \"category\": \"x\"}"
        .formatted(id, image, TEXT.replace("\n", "\\n"));
  }

  @Test
  void refusesOtherGenerationsAndRowsThatAreNone() throws IOException {
    write(folder, SeedBenchmark.QUESTION_FILE, line("5", "a"));
    assertThatThrownBy(this::read)
        .isInstanceOf(DataException.class)
        .hasMessageStartingWith("llava-seed-bench.jsonl:1: SEED-Bench.json has no question 5");

    Files.delete(folder.resolve(SeedBenchmark.ANNOTATIONS));
    assertThatThrownBy(this::read).hasMessageContaining("but no SEED-Bench.json with the answers");

    Files.delete(folder.resolve(SeedBenchmark.QUESTION_FILE));
    assertThatThrownBy(this::read).hasMessageStartingWith("No SEED-Bench in ");

    annotations(item("1", 13, "image", "1", "A"));
    assertThatThrownBy(this::read)
        .hasMessage("SEED-Bench.json:1: question_type_id must lie in 1..12, it is 13");

    annotations(item("1", 1, "sound", "1", "A"));
    assertThatThrownBy(this::read).hasMessageContaining("data_type must be image or video");

    annotations(item("/../../../../secret", 10, "video", "1", "A"));
    assertThatThrownBy(this::read).hasMessageContaining("secret.png' leaves the image folder");

    write(folder, SeedBenchmark.ANNOTATIONS, "{\"questions\": [" + image("1", "A"));
    assertThatThrownBy(this::read).hasMessageContaining("is the file cut off?");
  }

  @Test
  void handsInLinesAndReadsThemAgain() throws IOException {
    List<BenchmarkQuestion> questions = read();

    Path export =
        Reading.export(seed, questions, question -> question.id() + "é", folder.resolve("out"));

    Path file = export.resolve("seed.jsonl");
    assertThat(file)
        .hasContent(
            "{\"question_id\":\"49914\",\"prediction\":\"49914é\"}\n"
                + "{\"question_id\":\"49914\",\"prediction\":\"49914#2é\"}\n"
                + "{\"question_id\":\"v7\",\"prediction\":\"v7é\"}\n");
    assertThat(Reading.answers(seed, file))
        .extracting(GivenAnswer::key, GivenAnswer::text)
        .containsExactly(tuple("49914", "49914é"), tuple("49914", "49914#2é"), tuple("v7", "v7é"));
    assertThat(questions).extracting(seed::key).containsExactly("49914", "49914", "v7");
    Path llava = write(folder, "a.jsonl", "{\"question_id\": 49914, \"text\": \"A\"}");
    assertThat(Reading.answers(seed, llava)).extracting(GivenAnswer::key).containsExactly("49914");
  }

  @Test
  void scoresLettersTwelveThousandTimesAsLmmsEval() throws IOException {
    Reference reference = Reading.choice("A", List.of("cat", "dog", "bird", "fish"));
    int compared =
        Goldens.read(
            "short_parser.jsonl.gz",
            golden ->
                assertThat(seed.score("lmms-eval", golden.get(0).textValue(), reference).value())
                    .as("'%s'", golden.get(0).textValue())
                    .isEqualTo(golden.get(1).booleanValue() ? 1 : 0));
    assertThat(compared).isEqualTo(12_000);
    assertThat(seed.score("official", "A", reference)).isEqualTo(new Score("A", false, 1));
    assertThat(seed.score("official", "B", reference)).isEqualTo(new Score("B", false, 0));
    assertThat(seed.score("official", "A.", reference)).isEqualTo(new Score("", true, 0));
    assertThat(seed.score("lmms-eval", " b) dog", reference)).isEqualTo(new Score("B", false, 0));
  }

  @Test
  void readsTheHubsParquetWithTheMiddleFrameOfVideos() throws IOException {
    Files.delete(folder.resolve(SeedBenchmark.ANNOTATIONS));
    List<String> fields = new ArrayList<>(List.of("answer", "data_id", "data_type"));
    fields.addAll(List.of("question", "question_id"));
    fields.addAll(SeedQuestions.Item.CHOICES);
    StringBuilder schema = new StringBuilder("optional int32 question_type_id (INTEGER(16,true));");
    fields.forEach(field -> schema.append("optional binary ").append(field).append(" (STRING);"));
    schema.append(ParquetFixture.list("image", ParquetFixture.image("element")));
    try (ParquetFixture file =
        ParquetFixture.file(folder.resolve("test-00000-of-00001.parquet"), schema.toString())) {
      file.row(row -> hub(row, "1", "image", 1)).row(row -> hub(row, "v2", "video", 8));
    }

    assertThat(read())
        .extracting(
            BenchmarkQuestion::id,
            BenchmarkQuestion::prompt,
            question -> question.image().orElseThrow().id(),
            question -> ((ImagePlace.ParquetCell) question.image().orElseThrow()).item())
        .containsExactly(tuple("1", TEXT, "9", 0), tuple("v2", TEXT, "v2", 3));
  }

  private static void hub(Group row, String id, String kind, int images) {
    row.add("question_type_id", kind.equals("video") ? 10 : 1);
    row.add("answer", "A");
    row.add("data_id", "9");
    row.add("data_type", kind);
    row.add("question", "Who?");
    row.add("question_id", id);
    List<String> options = List.of("cat", "dog", "bird", "fish");
    for (int i = 0; i < options.size(); i++) {
      row.add(SeedQuestions.Item.CHOICES.get(i), options.get(i));
    }
    Group list = row.addGroup("image");
    for (int i = 0; i < images; i++) {
      list.addGroup("list")
          .addGroup("element")
          .add("bytes", Binary.fromConstantByteArray(new byte[] {(byte) i}));
    }
  }
}
