package io.prumerge.benchmark.pope;

import static io.prumerge.benchmark.pope.PopeFiles.label;
import static io.prumerge.benchmark.pope.PopeFiles.question;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.prumerge.benchmark.Benchmark.Reference;
import io.prumerge.benchmark.BenchmarkQuestion;
import io.prumerge.benchmark.Reading;
import io.prumerge.source.DataException;
import io.prumerge.source.ImagePlace;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PopeBenchmarkTest {

  private static final String DOG = "Is there a dog in the image?";
  private static final String CAT = "Is there a cat in the image?";

  @TempDir private Path folder;

  private List<BenchmarkQuestion> read() throws IOException {
    return Reading.questions(new PopeBenchmark(), folder);
  }

  @Test
  void readsLlavasLayoutWithThePromptByteForByte() throws IOException {
    PopeFiles.questions(folder, question(10000001, "a.jpg", DOG, "random"));
    PopeFiles.labels(folder, "random", label(1, "a.jpg", DOG, "yes"));

    assertThat(read())
        .singleElement()
        .satisfies(
            question -> {
              assertThat(question.id()).isEqualTo("10000001");
              assertThat(question.image()).contains(new ImagePlace.InFolder("a.jpg"));
              assertThat(question.prompt())
                  .isEqualTo(DOG + "\nAnswer the question using a single word or phrase.");
              assertThat(question.question()).isEqualTo(DOG);
              assertThat(question.category()).isEqualTo("random");
              assertThat(question.answers()).containsExactly("yes");
              assertThat(question.maxNewTokens()).isEqualTo(OptionalInt.of(128));
              assertThat(question.extra()).containsEntry("question_id", "10000001");
            });
  }

  @Test
  void joinsLabelsByImageAndQuestionWhateverTheirOrderAndNumber() throws IOException {
    PopeFiles.questions(
        folder,
        question(1, "a.jpg", DOG, "adversarial"),
        question(2, "b.jpg", CAT, "adversarial"),
        question(10000001, "a.jpg", DOG, "random"));
    PopeFiles.labels(
        folder,
        "adversarial",
        label(1, "c.jpg", DOG, "no"),
        label(2, "b.jpg", CAT, "yes"),
        label(3, "a.jpg", DOG, "no"));
    PopeFiles.labels(folder, "random", label(1, "a.jpg", DOG, "yes"));

    assertThat(read())
        .extracting(BenchmarkQuestion::answers)
        .containsExactly(List.of("no"), List.of("yes"), List.of("yes"));
  }

  @Test
  void knowsTheTypoOfTheFirstReleaseOnEitherSide() throws IOException {
    PopeFiles.questions(
        folder,
        question(1, "a.jpg", "Is there a dog in the imange?", "popular"),
        question(2, "b.jpg", DOG, "popular"));
    PopeFiles.labels(
        folder,
        "popular",
        label(1, "a.jpg", DOG, "no"),
        label(2, "b.jpg", "Is there a dog in the imange?", "yes"));

    List<BenchmarkQuestion> questions = read();

    assertThat(questions)
        .extracting(BenchmarkQuestion::answers)
        .containsExactly(List.of("no"), List.of("yes"));
    assertThat(questions.get(0).prompt()).as("asked as it is written").contains("imange");
  }

  @Test
  void takesLabelFilesBesideTheQuestionsToo() throws IOException {
    PopeFiles.questions(folder, question(1, "a.jpg", DOG, "popular"));
    Files.writeString(folder.resolve("coco_pope_popular.json"), label(1, "a.jpg", DOG, "no"));

    assertThat(read()).hasSize(1);
  }

  @Test
  void namesTheQuestionWithoutALabel() throws IOException {
    PopeFiles.questions(folder, question(2, "a.jpg", CAT, "popular"));
    PopeFiles.labels(folder, "popular", label(1, "a.jpg", DOG, "no"));

    assertThatThrownBy(this::read)
        .isInstanceOf(DataException.class)
        .hasMessage(
            "llava_pope_test.jsonl:1: coco_pope_popular.json has no label for image a.jpg, question"
                + " 'Is there a cat in the image?'");
  }

  @Test
  void namesAMissingAnUnknownAndAContradictoryLabelFile() throws IOException {
    PopeFiles.questions(folder, question(1, "a.jpg", DOG, "popular"));
    assertThatThrownBy(this::read).hasMessageContaining("no label file coco_pope_popular.json");

    PopeFiles.labels(
        folder, "popular", label(1, "a.jpg", DOG, "no"), label(2, "a.jpg", DOG, "yes"));
    assertThatThrownBy(this::read)
        .hasMessage(
            "coco_pope_popular.json:2: labelled yes, but no in coco_pope_popular.json:1 for the"
                + " same image and question");

    PopeFiles.labels(folder, "popular", label(1, "a.jpg", DOG, "maybe"));
    assertThatThrownBy(this::read)
        .hasMessage("coco_pope_popular.json:1: \"label\" must be yes or no, it is 'maybe'");

    PopeFiles.labels(folder, "popular", label(1, "a.jpg", DOG, "no"));
    PopeFiles.labels(folder, "seem", label(1, "a.jpg", DOG, "no"));
    assertThatThrownBy(this::read)
        .hasMessageStartingWith("Unknown POPE setting 'seem' of label file")
        .hasMessageEndingWith("known: adversarial, popular, random");
  }

  @Test
  void refusesAnUnknownSettingAndAFolderWithoutQuestions() throws IOException {
    assertThatThrownBy(this::read).hasMessageStartingWith("No llava_pope_test.jsonl in ");

    PopeFiles.labels(folder, "popular", label(1, "a.jpg", DOG, "no"), label(2, "a.jpg", CAT, "no"));
    PopeFiles.questions(folder, question(1, "a.jpg", DOG, "aokvqa"));
    assertThatThrownBy(this::read)
        .hasMessageStartingWith("llava_pope_test.jsonl:1: unknown POPE setting 'aokvqa'");
  }

  @Test
  void parsesTenThousandAnswersAsTheOfficialEvaluator() throws IOException {
    ObjectMapper mapper = new ObjectMapper();
    int compared = 0;
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(
                getClass().getResourceAsStream("/goldens/pope_parser.jsonl"),
                StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        JsonNode golden = mapper.readTree(line);
        String text = golden.get("text").textValue();
        assertThat(
                new PopeBenchmark()
                    .score(
                        "official",
                        text,
                        new Reference("", "random", List.of("yes"), List.of(), Map.of()))
                    .parsed())
            .as("answer '%s'", text)
            .isEqualTo(golden.get("parsed").textValue());
        compared++;
      }
    }
    assertThat(compared).isEqualTo(10_000);
  }
}
