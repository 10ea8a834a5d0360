package io.prumerge.benchmark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.prumerge.benchmark.Benchmark.Reference;
import io.prumerge.benchmark.Benchmark.Score;
import io.prumerge.benchmark.file.Benchmarks;
import io.prumerge.source.DataException;
import io.prumerge.source.ImagePlace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CustomBenchmarkTest {

  @TempDir private Path folder;

  private List<BenchmarkQuestion> read(String... lines) throws IOException {
    return read(String.join("\n", lines).getBytes(java.nio.charset.StandardCharsets.UTF_8));
  }

  private List<BenchmarkQuestion> read(byte[] bytes) throws IOException {
    Path file = Files.write(folder.resolve("q.jsonl"), bytes);
    return Reading.questions(new CustomBenchmark(), file);
  }

  @Test
  void readsWhatIsThereAndLeavesTheRestOut() throws IOException {
    List<BenchmarkQuestion> questions =
        read(
            "\uFEFF{\"question_id\": 7, \"image\": \"sub/a.jpg\", \"text\": \"What?\\n"
                + "Short.\", \"category\": \"x\", \"answers\": [\"a\", \"b\"]}",
            "",
            "{\"question_id\": \"q8\", \"text\": \"Why?\", \"answer\": \"so\"}",
            "{\"question_id\": 9, \"text\": \"\"}");

    assertThat(questions).extracting(BenchmarkQuestion::id).containsExactly("7", "q8", "9");
    assertThat(questions.get(0).image()).contains(new ImagePlace.InFolder("sub/a.jpg"));
    assertThat(questions.get(0).prompt()).isEqualTo("What?\nShort.");
    assertThat(questions.get(0).answers()).containsExactly("a", "b");
    assertThat(questions.get(0).extra()).containsEntry("question_id", "7");
    assertThat(questions.get(1).image()).as("text only").isEmpty();
    assertThat(questions.get(1).category()).isEqualTo("default");
    assertThat(questions.get(1).answers()).containsExactly("so");
    assertThat(questions.get(1).extra()).containsEntry("question_id", "\"q8\"");
    assertThat(questions.get(1).maxNewTokens()).isEmpty();
    assertThat(questions.get(2).answers()).isEmpty();
  }

  @Test
  void readsSeveralImagesOfOnePrompt() throws IOException {
    List<BenchmarkQuestion> questions =
        read(
            "{\"question_id\": 1, \"image\": [\"a.jpg\", \"sub/\\\"b.jpg\"], \"text\": \"What?\"}",
            "{\"question_id\": 2, \"image\": [\"a.jpg\"], \"text\": \"What?\"}",
            "{\"question_id\": 3, \"image\": [], \"text\": \"What?\"}",
            "{\"question_id\": 4, \"image\": null, \"text\": \"What?\"}");

    ImagePlace several = questions.get(0).image().orElseThrow();
    assertThat(several.single())
        .containsExactly(new ImagePlace.InFolder("a.jpg"), new ImagePlace.InFolder("sub/\"b.jpg"));
    assertThat(several.id()).isEqualTo("[\"a.jpg\",\"sub/\\\"b.jpg\"]");
    assertThat(ImagePlace.Several.ids(several.id())).containsExactly("a.jpg", "sub/\"b.jpg");
    assertThat(questions.get(1).image()).contains(new ImagePlace.InFolder("a.jpg"));
    assertThat(questions.get(2).image()).isEmpty();
    assertThat(questions.get(3).image()).isEmpty();
    assertThatThrownBy(
            () -> read("{\"question_id\": 1, \"image\": [\"a\", \"../b\"], \"text\": \"a\"}"))
        .hasMessageStartingWith("q.jsonl:1: image '../b' leaves the image folder");
    assertThatThrownBy(
            () -> read("{\"question_id\": 1, \"image\": \"[\\\"a\\\"]\", \"text\": \"a\"}"))
        .hasMessageContaining("begins as the names of several images in one prompt");
    assertThatThrownBy(() -> read("{\"question_id\": 1, \"image\": 3, \"text\": \"a\"}"))
        .hasMessage("q.jsonl:1: \"image\" must be an array of strings, it is 3");
  }

  @Test
  void namesFileAndLineOfWhatIsWrong() {
    String good = "{\"question_id\": 1, \"text\": \"a\"}";
    assertThatThrownBy(() -> read("{\"question_id\": 2, \"te"))
        .isInstanceOf(DataException.class)
        .hasMessageStartingWith("q.jsonl:1: not valid JSON (is the file cut off?)");
    assertThatThrownBy(() -> read("[1]")).hasMessageStartingWith("q.jsonl:1: expected one");
    assertThatThrownBy(() -> read(good + good)).hasMessageStartingWith("q.jsonl:1: not valid JSON");
    assertThatThrownBy(() -> read("{\"text\": \"a\"}"))
        .hasMessage("q.jsonl:1: lacks the field \"question_id\"");
    assertThatThrownBy(() -> read("{\"question_id\": 1.5, \"text\": \"a\"}"))
        .hasMessage("q.jsonl:1: \"question_id\" must be an integer or a string, it is 1.5");
    assertThatThrownBy(() -> read("{\"question_id\": 1, \"text\": 3}"))
        .hasMessage("q.jsonl:1: \"text\" must be a string, it is 3");
    assertThatThrownBy(() -> read("{\"question_id\": 1, \"text\": \"a\", \"answers\": [1]}"))
        .hasMessage("q.jsonl:1: \"answers\" must be an array of strings, it is [1]");
    assertThatThrownBy(() -> read("{\"question_id\": 1, \"text\": \"a\", \"category\": \"all\"}"))
        .hasMessageStartingWith("q.jsonl:1: category 'all' is what the figures over all");
    assertThatThrownBy(() -> read(new byte[] {'{', (byte) 0xff, '}'}))
        .hasMessageContaining("not UTF-8");
  }

  @Test
  void keepsIdsThatRepeat() throws IOException {
    List<BenchmarkQuestion> questions =
        read(
            "{\"question_id\": 1, \"text\": \"a\"}",
            "{\"question_id\": \"1\", \"text\": \"b\"}",
            "{\"question_id\": 1, \"text\": \"d\"}",
            "{\"question_id\": 2, \"text\": \"e\"}");

    assertThat(questions).extracting(BenchmarkQuestion::id).containsExactly("1", "1", "1", "2");
    assertThat(questions)
        .extracting(question -> question.extra().get("question_id"))
        .as("the file's own")
        .containsExactly("1", "\"1\"", "1", "2");
  }

  @Test
  void neverThrowsAnythingElseOnForeignBytes() {
    byte[] line =
        "{\"question_id\": 1, \"image\": \"a.jpg\", \"text\": \"b\", \"answers\": [\"c\"]}\n"
            .getBytes(java.nio.charset.StandardCharsets.UTF_8);
    Random random = new Random(7);
    for (int i = 0; i < 2_000; i++) {
      byte[] bytes = line.clone();
      for (int j = 0; j <= i % 3; j++) {
        bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
      }
      try {
        assertThat(read(bytes)).hasSizeLessThanOrEqualTo(2);
      } catch (DataException e) {
        assertThat(e).hasMessageStartingWith("q.jsonl:");
      } catch (IOException e) {
        throw new AssertionError("Only a DataException may come of bytes", e);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/etc/passwd",
        "../a.jpg",
        "a/../../b.jpg",
        "..",
        "http://host/a.jpg",
        "file:///a.jpg",
        "C:/a.jpg",
        "..\\\\a.jpg",
        "\\\\a.jpg",
        "",
        "  "
      })
  void keepsImageNamesInsideTheImageFolder(String name) {
    assertThatThrownBy(
            () -> read("{\"question_id\": 1, \"image\": \"%s\", \"text\": \"a\"}".formatted(name)))
        .isInstanceOf(DataException.class)
        .hasMessageStartingWith("q.jsonl:1: image '")
        .hasMessageEndingWith("expected a path below the image folder");
  }

  @ParameterizedTest
  @CsvSource({
    "'Red', 1, red",
    "' a  RED\tcar. ', 1, a red car",
    "'blue', 0, blue",
    "'.', 0, ''",
    "'red..', 0, red."
  })
  void comparesNormalisedText(String answer, double value, String parsed) {
    Score score =
        new CustomBenchmark().score("exact", answer, reference(List.of("red", "A red car")));

    assertThat(score.value()).isEqualTo(value);
    assertThat(score.parsed()).isEqualTo(parsed);
    assertThat(score.unparsed()).isEqualTo(parsed.isEmpty());
  }

  @Test
  void scoresNothingWithoutAReference() {
    assertThat(new CustomBenchmark().gold(reference(List.of()))).isEmpty();
    assertThat(new CustomBenchmark().gold(reference(List.of("a", "b")))).contains("a | b");
  }

  @Test
  void namesTheKnownBenchmarks() {
    assertThatThrownBy(() -> Benchmarks.KNOWN.named("popee"))
        .hasMessageStartingWith("Unknown benchmark 'popee'; known: ai2d, ");
  }

  private static Reference reference(List<String> answers) {
    return new Reference("", "default", answers, List.of(), Map.of());
  }
}
