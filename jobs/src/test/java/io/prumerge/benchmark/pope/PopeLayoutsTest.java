package io.prumerge.benchmark.pope;

import static io.prumerge.benchmark.Reading.write;
import static io.prumerge.benchmark.pope.PopeFiles.label;
import static io.prumerge.benchmark.pope.PopeFiles.question;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.prumerge.benchmark.Benchmark.Reference;
import io.prumerge.benchmark.Benchmark.Score;
import io.prumerge.benchmark.BenchmarkQuestion;
import io.prumerge.benchmark.GivenAnswer;
import io.prumerge.benchmark.Goldens;
import io.prumerge.benchmark.Pooling;
import io.prumerge.benchmark.Reading;
import io.prumerge.source.DataException;
import io.prumerge.source.ImagePlace;
import io.prumerge.source.ParquetFixture;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PopeLayoutsTest {

  private static final String DOG = "Is there a dog in the image?";
  private static final String CAT = "Is there a cat in the imange?";
  private static final String COLUMNS =
      "optional binary id (STRING); optional binary question_id (STRING);"
          + " optional binary question (STRING); optional binary answer (STRING);"
          + " optional binary image_source (STRING); optional binary category (STRING); "
          + ParquetFixture.image("image");

  private final PopeBenchmark pope = new PopeBenchmark();
  @TempDir private Path folder;

  private List<BenchmarkQuestion> read() throws IOException {
    return Reading.questions(pope, folder);
  }

  private void official() throws IOException {
    PopeFiles.labels(folder, "random", label(1, "a.jpg", DOG, "yes"), label(2, "b.jpg", CAT, "no"));
    PopeFiles.labels(folder, "adversarial", label(1, "a.jpg", DOG, "yes"));
  }

  @Test
  void readsTheOfficialFilesAlone() throws IOException {
    official();

    List<BenchmarkQuestion> questions = read();

    assertThat(questions)
        .extracting(BenchmarkQuestion::id, BenchmarkQuestion::category, BenchmarkQuestion::answers)
        .containsExactly(
            tuple("adversarial/1", "adversarial", List.of("yes")),
            tuple("random/1", "random", List.of("yes")),
            tuple("random/2", "random", List.of("no")));
    assertThat(questions.get(2).prompt())
        .isEqualTo(CAT + "\nAnswer the question using a single word or phrase.");
    assertThat(questions.get(2).image()).contains(new ImagePlace.InFolder("b.jpg"));
    assertThat(questions.get(2).extra()).containsEntry("question_id", "2");
  }

  @Test
  void matchesOfficialAnswersByPositionAndQuestion() throws IOException {
    official();
    List<BenchmarkQuestion> questions = read();
    Path answers =
        write(
            folder,
            "answers_random.json",
            "{\"question\": \"is there a dog in the image?\", \"answer\": \"yes\"}",
            "{\"question\": \"Is there a cat in the image?\\nAnswer.\", \"answer\": \"no\"}");

    assertThat(Reading.answers(pope, answers))
        .extracting(GivenAnswer::key, GivenAnswer::text, GivenAnswer::where)
        .containsExactly(
            tuple(pope.key(questions.get(1)), "yes", "answers_random.json:1"),
            tuple(pope.key(questions.get(2)), "no", "answers_random.json:2"));
    assertThat(questions).extracting(pope::key).doesNotHaveDuplicates();
  }

  @Test
  void keepsAnswersOfAnotherGenerationApart() throws IOException {
    official();
    Path shifted =
        write(folder, "random.jsonl", "{\"question\": \"" + CAT + "\", \"answer\": \"no\"}");
    assertThat(Reading.answers(pope, shifted))
        .extracting(GivenAnswer::key)
        .doesNotContainAnyElementsOf(read().stream().map(pope::key).toList());

    PopeFiles.questions(folder, question(10000001, "a.jpg", DOG, "random"));
    assertThat(read()).extracting(pope::key).containsExactly("10000001");
    Path llava = write(folder, "a.jsonl", "{\"question_id\": 10000001, \"text\": \"Yes\"}");
    assertThat(Reading.answers(pope, llava))
        .extracting(GivenAnswer::key)
        .containsExactly("10000001");

    Path unnamed = write(folder, "a.json", "{\"question\": \"" + CAT + "\", \"answer\": \"no\"}");
    assertThatThrownBy(() -> Reading.answers(pope, unnamed))
        .isInstanceOf(DataException.class)
        .hasMessageEndingWith(
            "The file's name must have one of adversarial, popular, random in it");
  }

  private void hub(String name, String... settings) throws IOException {
    Files.deleteIfExists(folder.resolve(name));
    try (ParquetFixture file = ParquetFixture.file(folder.resolve(name), COLUMNS)) {
      for (String setting : settings) {
        file.row(
            row -> {
              row.add("question_id", "1");
              row.add("question", DOG);
              row.add("answer", "no");
              row.add("image_source", "COCO_1");
              row.add("category", setting);
              ParquetFixture.image(row, "image", new byte[] {1});
            });
      }
    }
  }

  @Test
  void readsTheHubsParquetWholeOrBySetting() throws IOException {
    hub("random-00000-of-00001.parquet", "random");
    hub("popular-00000-of-00001.parquet", "popular");
    assertThat(read())
        .extracting(BenchmarkQuestion::id, question -> question.image().orElseThrow().id())
        .containsExactly(tuple("popular/1", "COCO_1"), tuple("random/1", "COCO_1"));

    hub("test-00000-of-00001.parquet", "adversarial", "random", "random");
    assertThat(read())
        .extracting(BenchmarkQuestion::id)
        .containsExactly("adversarial/1", "random/1", "random/2");

    hub("test-00000-of-00001.parquet", "seem");
    assertThatThrownBy(this::read).hasMessageContaining("row 0: unknown POPE setting 'seem'");
  }

  @Test
  void scoresTwelveThousandAnswersAsLmmsEval() throws IOException {
    Reference yes = Reading.choice("yes", List.of());
    int compared =
        Goldens.read(
            "short_parser.jsonl.gz",
            golden -> {
              String text = golden.get(0).textValue();
              Score score = pope.score("lmms-eval", text, yes);
              String said =
                  golden.get(2).booleanValue() ? "yes" : golden.get(3).booleanValue() ? "no" : "";
              assertThat(score)
                  .as("'%s'", text)
                  .isEqualTo(new Score(said, said.isEmpty(), said.equals("yes") ? 1 : 0));
            });
    assertThat(compared).isEqualTo(12_000);
    assertThat(pope.metrics("lmms-eval").get(0).pooling()).isEqualTo(Pooling.QUESTIONS);
  }
}
