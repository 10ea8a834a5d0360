package io.prumerge.benchmark.file;

import static io.prumerge.benchmark.Reading.write;
import static io.prumerge.benchmark.file.PopeFiles.label;
import static io.prumerge.benchmark.file.PopeFiles.question;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.prumerge.benchmark.Benchmark;
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
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PopeTest {

  private static final String DOG = "Is there a dog in the image?";
  private static final String CAT = "Is there a cat in the image?";
  private static final String CAT_MISSPELLED = "Is there a cat in the imange?";
  private static final String COLUMNS =
      "optional binary id (STRING); optional binary question_id (STRING);"
          + " optional binary question (STRING); optional binary answer (STRING);"
          + " optional binary image_source (STRING); optional binary category (STRING); "
          + ParquetFixture.image("image");

  private static final Benchmark POPE = Benchmarks.KNOWN.named("pope");

  @TempDir private Path folder;

  private List<BenchmarkQuestion> read() throws IOException {
    return Reading.questions(POPE, folder);
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
            "llava_pope_test.jsonl:1: 'category, image, asked' is 'popular, a.jpg, Is there a cat"
                + " in the ', which coco_pope_*.json lacks");
  }

  @Test
  void namesAMissingAnUnknownAndAContradictoryLabelFile() throws IOException {
    PopeFiles.questions(folder, question(1, "a.jpg", DOG, "popular"));
    assertThatThrownBy(this::read).hasMessageEndingWith(", which coco_pope_*.json lacks");

    PopeFiles.labels(
        folder, "popular", label(1, "a.jpg", DOG, "no"), label(2, "a.jpg", DOG, "yes"));
    assertThatThrownBy(this::read)
        .hasMessage(
            "coco_pope_popular.json:2: 'setting, image, asked' is 'popular, a.jpg, Is there a dog"
                + " in the ' for the second time");

    PopeFiles.labels(folder, "popular", label(1, "a.jpg", DOG, "maybe"));
    assertThatThrownBy(this::read)
        .hasMessageStartingWith("coco_pope_popular.json:1: 'label' must be yes or no");

    PopeFiles.labels(folder, "popular", label(1, "a.jpg", DOG, "no"));
    PopeFiles.labels(folder, "seem", label(1, "a.jpg", DOG, "no"));
    assertThatThrownBy(this::read)
        .hasMessageStartingWith("coco_pope_seem.json:1: '_file' has not the parts of ")
        .hasMessageContaining("adversarial|popular|random");
  }

  @Test
  void refusesAnUnknownSettingAndAFolderWithoutQuestions() throws IOException {
    assertThatThrownBy(this::read).hasMessageStartingWith("No file of a table ");

    PopeFiles.labels(folder, "popular", label(1, "a.jpg", DOG, "no"), label(2, "a.jpg", CAT, "no"));
    PopeFiles.questions(folder, question(1, "a.jpg", DOG, "aokvqa"));
    assertThatThrownBy(this::read)
        .hasMessageStartingWith("llava_pope_test.jsonl:1: 'category, image, asked' is 'aokvqa, ");
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
                POPE.score(
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

  private void official() throws IOException {
    PopeFiles.labels(
        folder, "random", label(1, "a.jpg", DOG, "yes"), label(2, "b.jpg", CAT_MISSPELLED, "no"));
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
        .isEqualTo(CAT_MISSPELLED + "\nAnswer the question using a single word or phrase.");
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

    assertThat(Reading.answers(POPE, answers))
        .extracting(GivenAnswer::key, GivenAnswer::text, GivenAnswer::where)
        .containsExactly(
            tuple(POPE.key(questions.get(1)), "yes", "answers_random.json:1"),
            tuple(POPE.key(questions.get(2)), "no", "answers_random.json:2"));
    assertThat(questions).extracting(POPE::key).doesNotHaveDuplicates();
  }

  @Test
  void keepsAnswersOfAnotherGenerationApart() throws IOException {
    official();
    Path shifted =
        write(
            folder,
            "random.jsonl",
            "{\"question\": \"" + CAT_MISSPELLED + "\", \"answer\": \"no\"}");
    assertThat(Reading.answers(POPE, shifted))
        .extracting(GivenAnswer::key)
        .doesNotContainAnyElementsOf(read().stream().map(POPE::key).toList());

    PopeFiles.questions(folder, question(10000001, "a.jpg", DOG, "random"));
    assertThat(read()).extracting(POPE::key).containsExactly("10000001");
    Path llava = write(folder, "a.jsonl", "{\"question_id\": 10000001, \"text\": \"Yes\"}");
    assertThat(Reading.answers(POPE, llava))
        .extracting(GivenAnswer::key)
        .containsExactly("10000001");

    Path unnamed =
        write(folder, "a.json", "{\"question\": \"" + CAT_MISSPELLED + "\", \"answer\": \"no\"}");
    assertThatThrownBy(() -> Reading.answers(POPE, unnamed))
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
    assertThatThrownBy(this::read).hasMessageContaining("row 0: 'category' has not the parts of ");
  }

  private static final String PLEASE = " Please answer yes or no.";
  private static final String BASE64 = "iVBORw0KGgo".repeat(8);

  @Test
  void aRowOfVlmEvalKitsTableIsAQuestionOfEachOfItsSettings() throws IOException {
    Path table =
        write(
            folder,
            "POPE.tsv",
            "index\tquestion\tanswer\tcategory\tid\timage_source\timage",
            "0\t" + DOG + PLEASE + "\tYes\tadversarial,popular,random\t1\tCOCO_7\t" + BASE64,
            "1\t" + CAT + "\tNo\trandom\t2\tCOCO_7\t0");
    List<BenchmarkQuestion> questions = read();

    assertThat(questions)
        .extracting(
            BenchmarkQuestion::id,
            BenchmarkQuestion::category,
            BenchmarkQuestion::question,
            BenchmarkQuestion::answers)
        .containsExactly(
            tuple("0/adversarial", "adversarial", DOG, List.of("Yes")),
            tuple("0/popular", "popular", DOG, List.of("Yes")),
            tuple("0/random", "random", DOG, List.of("Yes")),
            tuple("1/random", "random", CAT, List.of("No")));
    ImagePlace picture =
        new ImagePlace.Base64Range(
            "COCO_7",
            Reading.path(table).toString(),
            Files.readString(table).indexOf(BASE64),
            BASE64.length());
    assertThat(questions)
        .as("one picture, though the second row names another row for it")
        .extracting(question -> question.image().orElseThrow())
        .containsOnly(picture);
    assertThat(questions.get(0).prompt())
        .isEqualTo(DOG + "\nAnswer the question using a single word or phrase.");
    assertThat(prompts("vlmevalkit"))
        .as("as the rows read")
        .containsExactly(DOG + PLEASE, DOG + PLEASE, DOG + PLEASE, CAT);
  }

  private List<String> prompts(String wording) throws IOException {
    List<String> prompts = new ArrayList<>();
    POPE.read(
        Reading.source(folder),
        POPE.prompts(Optional.of(wording)),
        question -> prompts.add(question.prompt()));
    return prompts;
  }

  @Test
  void vlmEvalKitsTableNeedsNoPictures() throws IOException {
    write(
        folder,
        "POPE.tsv",
        "index\tquestion\tanswer\tcategory\timage_source",
        "0\t" + DOG + "\tYes\tpopular,random\tCOCO_7");

    assertThat(read())
        .extracting(question -> question.image().orElseThrow())
        .containsExactly(
            new ImagePlace.InFolder("COCO_7.jpg"), new ImagePlace.InFolder("COCO_7.jpg"));
  }

  @Test
  void anotherTableUnderItsNameIsRefused() throws IOException {
    write(
        folder,
        "POPE.tsv",
        "index\timage_path\tquestion\tanswer\tcategory",
        "0\tOCR/1.png\t" + DOG + "\tYes\tOCR");
    assertThatThrownBy(this::read)
        .isInstanceOf(DataException.class)
        .hasMessageContaining("VLMEvalKit's POPE.tsv needs 'image', 'image_source'");

    write(
        folder,
        "POPE.tsv",
        "index\tquestion\tanswer\tcategory\timage_source",
        "0\t" + DOG + "\tYes\tpopular,seem\tCOCO_7");
    assertThatThrownBy(this::read)
        .isInstanceOf(DataException.class)
        .hasMessageStartingWith("POPE.tsv:2: 'category' has not the parts of ")
        .hasMessageEndingWith(": seem");
  }

  @Test
  void scoresTwelveThousandAnswersAsLmmsEval() throws IOException {
    Reference yes = Reading.choice("yes", List.of());
    int compared =
        Goldens.read(
            "short_parser.jsonl.gz",
            golden -> {
              String text = golden.get(0).textValue();
              Score score = POPE.score("lmms-eval", text, yes);
              String said =
                  golden.get(2).booleanValue() ? "yes" : golden.get(3).booleanValue() ? "no" : "";
              assertThat(score)
                  .as("'%s'", text)
                  .isEqualTo(new Score(said, said.isEmpty(), said.equals("yes") ? 1 : 0));
            });
    assertThat(compared).isEqualTo(12_000);
    assertThat(POPE.metrics("lmms-eval").get(0).pooling()).isEqualTo(Pooling.QUESTIONS);
  }
}
