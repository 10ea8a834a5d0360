package io.prumerge.benchmark.vqav2;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.prumerge.benchmark.AnswerFormat;
import io.prumerge.benchmark.AnsweredQuestion;
import io.prumerge.benchmark.Benchmark.Reference;
import io.prumerge.benchmark.BenchmarkQuestion;
import io.prumerge.benchmark.GivenAnswer;
import io.prumerge.benchmark.PromptProfile;
import io.prumerge.benchmark.Reading;
import io.prumerge.benchmark.Submission;
import io.prumerge.source.DataException;
import io.prumerge.source.ImagePlace;
import io.prumerge.source.LeftOutRows;
import io.prumerge.source.ParquetFixture;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import java.util.stream.Collectors;
import org.apache.hadoop.conf.Configuration;
import org.apache.parquet.example.data.Group;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VqaV2BenchmarkTest {

  private static final String SHORT = "\nAnswer the question using a single word or phrase.";
  private static final String QUESTIONS = "v2_OpenEnded_mscoco_%s_questions.json";
  private static final String ANNOTATIONS = "v2_mscoco_val2014_annotations.json";
  private static final String LLAVA = "llava_vqav2_mscoco_%s.jsonl";

  @TempDir private Path folder;

  private List<BenchmarkQuestion> read(Path... more) throws IOException {
    return read(PromptProfile.LLAVA, more);
  }

  private List<BenchmarkQuestion> read(PromptProfile prompts, Path... more) throws IOException {
    List<Path> sources = new ArrayList<>(List.of(more));
    sources.add(folder);
    List<BenchmarkQuestion> questions = new ArrayList<>();
    new VqaV2Benchmark()
        .read(Reading.source(sources.toArray(Path[]::new)), prompts, questions::add);
    return questions;
  }

  private Path questions(String split, String... items) throws IOException {
    return Files.writeString(
        folder.resolve(QUESTIONS.formatted(split)),
        "{\"info\": {\"version\": \"2.0\"}, \"task_type\": \"Open-Ended\", \"questions\": [%s]}"
            .formatted(String.join(",\n", items)));
  }

  private void annotations(String... items) throws IOException {
    Files.writeString(
        folder.resolve(ANNOTATIONS),
        "{\"info\": {}, \"license\": {}, \"annotations\": [%s]}"
            .formatted(String.join(",\n", items)));
  }

  private void llava(String split, String... lines) throws IOException {
    Files.write(folder.resolve(LLAVA.formatted(split)), List.of(lines));
  }

  private static String question(long id, String text) {
    return "{\"image_id\": %d, \"question\": \"%s\", \"question_id\": %d}"
        .formatted(id / 1000, text, id);
  }

  private static String llavaLine(long id, String text) {
    return "{\"question_id\": %d, \"image\": \"COCO_val2014_%012d.jpg\", \"text\": \"%s%s\", \"category\": \"default\"}"
        .formatted(id, id / 1000, text, SHORT.replace("\n", "\\n"));
  }

  private static String annotation(long id, String type, String start, String... answers) {
    String tenAnswers =
        List.of(answers).stream()
            .map(answer -> "{\"answer\": \"%s\", \"answer_confidence\": \"yes\"}".formatted(answer))
            .collect(Collectors.joining(", "));
    return "{\"question_type\": \"%s\", \"multiple_choice_answer\": \"%s\", \"answers\": [%s], \"image_id\": %d, \"answer_type\": \"%s\", \"question_id\": %d}"
        .formatted(start, answers[0], tenAnswers, id / 1000, type, id);
  }

  private static String[] ten(String answer) {
    return Collections.nCopies(10, answer).toArray(String[]::new);
  }

  @Test
  void readsTheOfficialFilesWhateverTheOrderOfTheAnnotations() throws IOException {
    questions("val2014", question(42_000, "Is it red?"), question(42_001, "How many?"));
    annotations(
        annotation(42_001, "number", "how many", ten("2")),
        annotation(42_000, "yes/no", "is it", ten("yes")));

    List<BenchmarkQuestion> questions = read();

    assertThat(questions).extracting(BenchmarkQuestion::id).containsExactly("42000", "42001");
    BenchmarkQuestion first = questions.get(0);
    assertThat(first.image()).contains(new ImagePlace.InFolder("COCO_val2014_000000000042.jpg"));
    assertThat(first.prompt()).isEqualTo("Is it red?" + SHORT);
    assertThat(first.question()).isEqualTo("Is it red?");
    assertThat(first.category()).isEqualTo("yes/no");
    assertThat(first.answers()).containsExactly(ten("yes"));
    assertThat(first.maxNewTokens()).isEqualTo(OptionalInt.of(128));
    assertThat(first.extra()).isEqualTo(Map.of("question_id", "42000", "groups", "is it"));
    assertThat(questions.get(1).category()).isEqualTo("number");
  }

  @Test
  void takesLlavasPromptByteForByteAndTheAnnotationsBesideIt() throws IOException {
    questions("val2014", question(42_000, "Is it red?"), question(42_001, "How many?"));
    llava("val2014", llavaLine(42_001, "How  many?"));
    annotations(
        annotation(42_000, "yes/no", "is it", ten("yes")),
        annotation(42_001, "number", "how many", ten("2")));

    assertThat(read())
        .singleElement()
        .satisfies(
            question -> {
              assertThat(question.prompt()).isEqualTo("How  many?" + SHORT);
              assertThat(question.question()).isEqualTo("How  many?");
              assertThat(question.answers()).containsExactly(ten("2"));
            });
  }

  @Test
  void readsTestSplitsWithoutAnswersTestDevBeforeAllOfTest() throws IOException {
    questions("test2015", question(1_000, "a?"), question(2_000, "b?"));
    assertThat(read()).hasSize(2);

    questions("test-dev2015", question(2_000, "b?"));
    assertThat(read())
        .singleElement()
        .satisfies(
            question -> {
              assertThat(question.image())
                  .contains(new ImagePlace.InFolder("COCO_test2015_000000000002.jpg"));
              assertThat(question.answers()).isEmpty();
              assertThat(question.category()).isEqualTo("default");
              assertThat(new VqaV2Benchmark().gold(question.reference())).isEmpty();
            });
  }

  @Test
  void asksWhichOfSeveralSplitsAndReadsTheOneThatIsNamed() throws IOException {
    Path train = questions("train2014", question(1_000, "a?"));
    questions("val2014", question(2_000, "b?"));

    assertThatThrownBy(this::read)
        .isInstanceOf(DataException.class)
        .hasMessageStartingWith("Question files of several splits (train2014, val2014) in");
    assertThat(read(train)).extracting(BenchmarkQuestion::id).containsExactly("1000");
  }

  @Test
  void namesWhatIsMissing() throws IOException {
    assertThatThrownBy(this::read)
        .isInstanceOf(DataException.class)
        .hasMessageStartingWith(
            "No question file (llava_vqav2_mscoco_SPLIT.jsonl,"
                + " v2_OpenEnded_mscoco_SPLIT_questions.json) and no Parquet with the columns"
                + " question_id, ");
  }

  @Test
  void refusesQuestionsAndAnnotationsThatDoNotFit() throws IOException {
    questions("val2014", question(1_000, "a?"), question(1_001, "b?"));
    annotations(annotation(1_000, "other", "what", ten("x")));
    assertThatThrownBy(this::read)
        .isInstanceOf(DataException.class)
        .hasMessage(
            "v2_OpenEnded_mscoco_val2014_questions.json:2: question_id 1001 has no annotation in"
                + " v2_mscoco_val2014_annotations.json, or an earlier question has the same id");

    annotations(
        annotation(1_000, "other", "what", ten("x")),
        annotation(1_001, "other", "what", ten("x")),
        annotation(1_002, "other", "what", ten("x")));
    assertThatThrownBy(this::read)
        .hasMessage(
            "v2_mscoco_val2014_annotations.json annotates 3 questions, the question file has 2;"
                + " give the two of one release");

    annotations(
        annotation(1_001, "other", "what", ten("x")), annotation(1_001, "other", "what", ten("y")));
    assertThatThrownBy(this::read)
        .hasMessage("v2_mscoco_val2014_annotations.json:2: question_id 1001 is annotated twice");

    annotations(annotation(1_000, "other", "what", "only", "two"));
    assertThatThrownBy(this::read)
        .hasMessage(
            "v2_mscoco_val2014_annotations.json:1: \"answers\" must be those of 10 annotators,"
                + " there are 2");

    annotations(annotation(1_000, "colour", "what", ten("x")));
    assertThatThrownBy(this::read)
        .hasMessageContaining(":1: unknown answer_type 'colour'; known: number, other, yes/no");
  }

  @Test
  void joinsAnnotationsInAnyOrder() throws IOException {
    questions("val2014", question(1_000, "a?"), question(1_001, "b?"), question(1_002, "c?"));
    annotations(
        annotation(1_002, "other", "what", ten("z")),
        annotation(1_000, "number", "how", ten("x")),
        annotation(1_001, "yes/no", "is", ten("y")));

    assertThat(read())
        .extracting(question -> question.category() + " " + question.answers().get(0))
        .containsExactly("number x", "yes/no y", "other z");
  }

  @Test
  void refusesFilesThatAreCutOff() throws IOException {
    String whole = Files.readString(questions("val2014", question(1_000, "a?")));
    for (int end = 0; end < whole.length(); end += 5) {
      Files.writeString(folder.resolve(QUESTIONS.formatted("val2014")), whole.substring(0, end));
      assertThatThrownBy(this::read)
          .as("cut at %d", end)
          .isInstanceOf(DataException.class)
          .hasMessageStartingWith("v2_OpenEnded_mscoco_val2014_questions.json");
    }
  }

  @Test
  void neverThrowsAnythingElseOnForeignBytes() throws IOException {
    questions("val2014", question(1_000, "a?"));
    annotations(annotation(1_000, "other", "what", ten("x")));
    Random random = new Random(11);
    for (String name : List.of(QUESTIONS.formatted("val2014"), ANNOTATIONS)) {
      Path file = folder.resolve(name);
      byte[] whole = Files.readAllBytes(file);
      for (int i = 0; i < 300; i++) {
        byte[] bytes = whole.clone();
        for (int j = 0; j <= i % 3; j++) {
          bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
        }
        Files.write(file, bytes);
        try {
          assertThat(read()).hasSizeLessThanOrEqualTo(1);
        } catch (DataException e) {
          assertThat(e).hasMessageStartingWith("v2_");
        }
      }
      Files.write(file, whole);
    }
  }

  private static double score(String profile, String answer, String... answers) {
    return new VqaV2Benchmark()
        .score(profile, answer, new Reference("", "", List.of(answers), List.of(), Map.of()))
        .value();
  }

  @Test
  void comparesUnanimousQuestionsLetterByLetter() {
    assertThat(score("official", "Yes", ten("yes"))).isZero();
    assertThat(score("official", "yes", ten(" yes\n"))).isEqualTo(1);
    assertThat(score("llava", "Yes", ten("yes"))).isEqualTo(1);
    assertThat(score("lmms-eval", "Yes", ten("yes"))).isEqualTo(1);
    String[] answers = ten("yes");
    answers[3] = "the yes";
    assertThat(score("official", "Yes.", answers)).as("normalised").isEqualTo(1);
  }

  @Test
  void readsItsOwnResultFileAgainAndKeepsIdsIntegers() throws IOException {
    questions("val2014", question(1_000, "a?"), question(1_001, "b?"));
    VqaV2Benchmark benchmark = new VqaV2Benchmark();
    org.apache.hadoop.fs.Path out = new org.apache.hadoop.fs.Path(folder.toUri());
    List<AnsweredQuestion> answered =
        List.of(
            new AnsweredQuestion(read().get(0), "The \"Red\" caf\u00e9."),
            new AnsweredQuestion(read().get(1), ""));

    benchmark.submission().orElseThrow().write(answered.iterator(), out, new Configuration());

    Path file = folder.resolve("vqav2_results.json");
    assertThat(file)
        .hasContent(
            "[{\"question_id\":1000,\"answer\":\"red"
                + " caf\u00e9\"},{\"question_id\":1001,\"answer\":\"\"}]");
    org.apache.hadoop.fs.Path path = new org.apache.hadoop.fs.Path(file.toUri());
    AnswerFormat format =
        benchmark.answerFormats().stream()
            .filter(candidate -> recognises(candidate, path))
            .findFirst()
            .orElseThrow();
    List<GivenAnswer> answers = new ArrayList<>();
    format.read(path, new Configuration(), new LeftOutRows(), answers::add);
    assertThat(answers).extracting(GivenAnswer::key).containsExactly("1000", "1001");
    assertThat(answers).extracting(GivenAnswer::text).containsExactly("red caf\u00e9", "");
  }

  @Test
  void handsInAllOfTheTestSetWhereOnlyAPartOfItWasAsked() throws IOException {
    questions("test2015", question(3_000, "c?"), question(2_000, "b?"), question(1_000, "a?"));
    questions("test-dev2015", question(1_000, "a?"), question(3_000, "c?"));
    Submission submission =
        new VqaV2Benchmark().submission().orElseThrow().of(Reading.source(folder));
    List<AnsweredQuestion> answered =
        List.of(
            new AnsweredQuestion(read().get(0), "One"), new AnsweredQuestion(read().get(1), "Yes"));
    org.apache.hadoop.fs.Path out = new org.apache.hadoop.fs.Path(folder.toUri());

    submission.write(answered.iterator(), out, new Configuration());

    assertThat(folder.resolve("vqav2_results.json"))
        .hasContent(
            "[{\"question_id\":3000,\"answer\":\"yes\"},{\"question_id\":2000,\"answer\":\"\"},{\"question_id\":1000,\"answer\":\"1\"}]");

    questions("test2015", question(1_000, "a?"));
    Files.delete(folder.resolve("vqav2_results.json"));
    assertThatThrownBy(() -> submission.write(answered.iterator(), out, new Configuration()))
        .isInstanceOf(DataException.class)
        .hasMessageStartingWith("question_id 3000 was asked and is none of ");
  }

  @Test
  void readsTheHuggingFaceTable() throws IOException {
    try (ParquetFixture table =
        ParquetFixture.file(
            folder.resolve("validation-00000-of-00001.parquet"),
            "optional binary question_type (STRING); optional binary multiple_choice_answer"
                + " (STRING); "
                + ParquetFixture.list(
                    "answers",
                    "optional group element { optional binary answer (STRING); optional binary"
                        + " answer_confidence (STRING); optional int64 answer_id; }")
                + "optional int64 image_id; optional binary answer_type (STRING); optional int64"
                + " question_id; optional binary question (STRING); "
                + ParquetFixture.image("image"))) {
      table.row(
          row -> {
            row.add("question_type", "is the");
            Group answers = row.addGroup("answers");
            for (int i = 0; i < 10; i++) {
              answers.addGroup("list").addGroup("element").add("answer", "yes");
            }
            row.add("image_id", 42L);
            row.add("answer_type", "yes/no");
            row.add("question_id", 42_000L);
            row.add("question", "Is the dog red?");
            ParquetFixture.image(row, "image", new byte[] {1});
          });
      table.row(
          row -> {
            row.add("image_id", 42L);
            row.add("question_id", 42_001L);
            row.add("question", "Why?");
            ParquetFixture.image(row, "image", new byte[] {1});
          });
    }

    List<BenchmarkQuestion> questions = read();

    BenchmarkQuestion first = questions.get(0);
    assertThat(first.image())
        .hasValueSatisfying(
            place -> {
              assertThat(place).isInstanceOf(ImagePlace.ParquetCell.class);
              assertThat(place.id()).isEqualTo("COCO_val2014_000000000042.jpg");
            });
    assertThat(first.prompt()).isEqualTo("Is the dog red?" + SHORT);
    assertThat(first.category()).isEqualTo("yes/no");
    assertThat(first.answers()).containsExactly(ten("yes"));
    assertThat(first.extra()).isEqualTo(Map.of("question_id", "42000", "groups", "is the"));
    assertThat(questions.get(1).answers()).as("withheld").isEmpty();
    assertThat(questions.get(1).category()).isEqualTo("default");

    Files.move(
        folder.resolve("validation-00000-of-00001.parquet"),
        folder.resolve("test-00000-of-00001.parquet"));
    List<BenchmarkQuestion> test = new ArrayList<>();
    new VqaV2Benchmark()
        .read(Reading.source(Optional.of("test"), folder), PromptProfile.LLAVA, test::add);
    assertThat(test.get(0).image()).map(ImagePlace::id).contains("COCO_test2015_000000000042.jpg");
  }

  private static boolean recognises(AnswerFormat format, org.apache.hadoop.fs.Path path) {
    try {
      return format.recognises(path, new Configuration());
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}
