package io.prumerge.benchmark.mme;

import static io.prumerge.benchmark.Reading.write;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.prumerge.benchmark.Benchmark.Reference;
import io.prumerge.benchmark.Benchmark.Score;
import io.prumerge.benchmark.BenchmarkQuestion;
import io.prumerge.benchmark.GivenAnswer;
import io.prumerge.benchmark.MetricRule;
import io.prumerge.benchmark.Reading;
import io.prumerge.source.DataException;
import io.prumerge.source.ImagePlace;
import io.prumerge.source.ParquetFixture;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MmeBenchmarkTest {

  private static final String RELEASE = "MME_Benchmark_release_version/";
  private static final String RESULTS = "eval_tool/Your_Results/";
  private static final String PLEASE = " Please answer yes or no.";
  private static final String SUFFIX = "\\nAnswer the question using a single word or phrase.";
  private static final String DOG = "Is there a dog?";
  private static final String CAT = "Is there a cat?";
  private static final String ZICHY = "Is this created by zichy, mihály?";

  private final MmeBenchmark mme = new MmeBenchmark();
  @TempDir private Path folder;

  private List<BenchmarkQuestion> read() throws IOException {
    return Reading.questions(mme, folder);
  }

  private void release() throws IOException {
    write(folder, RELEASE + "existence/01.jpg", "");
    write(folder, RELEASE + "existence/.DS_Store", "");
    write(folder, RELEASE + "existence/._01.txt", "");
    write(
        folder, RELEASE + "existence/01.txt", DOG + PLEASE + "\tYes", CAT + " " + PLEASE + "\tNo");
    write(folder, RELEASE + "artwork/images/7.png", "");
    write(
        folder,
        RELEASE + "artwork/questions_answers_YN/7.txt",
        ZICHY + PLEASE + "\tNo\r",
        DOG + PLEASE + "\tYes\r");
  }

  private void results() throws IOException {
    write(
        folder,
        RESULTS + "existence.txt",
        "01.jpg\t" + DOG + PLEASE + "\tYes",
        "01.jpg\t" + CAT + " " + PLEASE + "\tNo");
    write(
        folder,
        RESULTS + "artwork.txt",
        "7.png\t" + ZICHY + PLEASE + "\tNo",
        "7.png\t" + DOG + PLEASE + "\tYes");
  }

  private static final String BASE64 = "iVBORw0KGgo".repeat(8);

  private Path vlmEvalKit(String name, String header, String... rows) throws IOException {
    List<String> lines = new ArrayList<>(List.of(header));
    lines.addAll(List.of(rows));
    return write(folder, name, lines.toArray(String[]::new));
  }

  @Test
  void readsVlmEvalKitsTableWithItsPictures() throws IOException {
    Path table =
        vlmEvalKit(
            "MME.tsv",
            "index\timage_path\tquestion\tanswer\tcategory\timage",
            "0\tOCR/1.png\t" + DOG + PLEASE + "\tYes\tOCR\t" + BASE64,
            "1\tOCR/1.png\t" + CAT + PLEASE + "\tNo\tOCR\t0");

    assertThat(read())
        .extracting(
            BenchmarkQuestion::id,
            BenchmarkQuestion::question,
            BenchmarkQuestion::category,
            BenchmarkQuestion::answers,
            question -> question.image().orElseThrow())
        .containsExactly(
            tuple("OCR/1.png", DOG, "OCR", List.of("yes"), picture(table)),
            tuple("OCR/1.png#2", CAT, "OCR", List.of("no"), picture(table)));
    assertThat(read()).extracting(question -> question.extra().get("unit")).containsOnly("OCR/1");
  }

  private static ImagePlace picture(Path table) throws IOException {
    return new ImagePlace.Base64Range(
        "OCR/1.png",
        Reading.path(table).toString(),
        Files.readString(table).indexOf(BASE64),
        BASE64.length());
  }

  @Test
  void readsVlmEvalKitsTableWithoutPictures() throws IOException {
    String header = "index\timage_path\tquestion\tanswer\tcategory";
    vlmEvalKit(
        "MME.tsv",
        header,
        "0\tOCR/1.png\t" + DOG + PLEASE + "\tYes\tOCR",
        "1\tOCR/1.png\t" + CAT + PLEASE + "\tNo\tOCR");

    assertThat(read())
        .extracting(question -> question.image().orElseThrow())
        .containsOnly(new ImagePlace.InFolder("OCR/1.png"));

    vlmEvalKit("MME_2.tsv", header);
    assertThatThrownBy(this::read)
        .isInstanceOf(DataException.class)
        .hasMessageStartingWith("MME.tsv, MME_2.tsv could all be MME; give one of them as ");
  }

  @Test
  void refusesAnotherTableUnderTheNameOfVlmEvalKits() throws IOException {
    vlmEvalKit(
        "MME.tsv",
        "index\tquestion\tanswer\tcategory\timage_source",
        "0\t" + DOG + "\tYes\tpopular\tCOCO_7");
    assertThatThrownBy(this::read)
        .isInstanceOf(DataException.class)
        .hasMessageEndingWith("or a TSV with index, image_path, question, answer, category");

    vlmEvalKit(
        "MME.tsv",
        "index\timage_path\tquestion\tanswer\tcategory",
        "0\tpopular/1.png\t" + DOG + "\tYes\tpopular");
    assertThatThrownBy(this::read)
        .isInstanceOf(DataException.class)
        .hasMessageStartingWith("MME.tsv:2: unknown MME task 'popular'");
  }

  private void llava(String... lines) throws IOException {
    write(folder, MmeBenchmark.QUESTION_FILE, lines);
  }

  private static String line(String image, String question) {
    return "{\"question_id\": \"%s\", \"image\": \"%s\", \"text\": \"%s%s\", \"category\": \"%s\"}"
        .formatted(image, image, question, SUFFIX, image.substring(0, image.indexOf('/')));
  }

  @Test
  void readsTheReleaseInEitherOfItsLayouts() throws IOException {
    release();

    List<BenchmarkQuestion> questions = read();

    assertThat(questions)
        .extracting(BenchmarkQuestion::id, BenchmarkQuestion::question, BenchmarkQuestion::answers)
        .containsExactly(
            tuple("existence/01.jpg", DOG, List.of("yes")),
            tuple("existence/01.jpg#2", CAT, List.of("no")),
            tuple("artwork/images/7.png", ZICHY, List.of("no")),
            tuple("artwork/images/7.png#2", DOG, List.of("yes")));
    BenchmarkQuestion second = questions.get(1);
    assertThat(second.prompt())
        .isEqualTo(CAT + "\nAnswer the question using a single word or phrase.");
    assertThat(second.image()).contains(new ImagePlace.InFolder("existence/01.jpg"));
    assertThat(second.category()).isEqualTo("existence");
    assertThat(second.maxNewTokens()).isEqualTo(OptionalInt.of(128));
    assertThat(second.extra())
        .containsEntry("question_id", "\"existence/01.jpg\"")
        .containsEntry("unit", "existence/01");
  }

  @Test
  void readsTheResultFilesAlone() throws IOException {
    results();

    assertThat(read())
        .extracting(BenchmarkQuestion::question, BenchmarkQuestion::category)
        .containsExactly(
            tuple(DOG, "existence"),
            tuple(CAT, "existence"),
            tuple(ZICHY, "artwork"),
            tuple(DOG, "artwork"));
    assertThat(Reading.questions(mme, folder.resolve(RESULTS))).hasSize(4);
  }

  @Test
  void refusesImagesElsewhereInResultFiles() throws IOException {
    write(folder, RESULTS + "OCR.txt", "../../../secret.jpg\tIs it?\tYes");

    assertThatThrownBy(this::read)
        .isInstanceOf(DataException.class)
        .hasMessage(
            "OCR.txt:1: image '../../../secret.jpg' leaves the image folder; expected a path below"
                + " the image folder");
  }

  @Test
  void readsLlavasQuestionsWithLabelsFromEither() throws IOException {
    llava(
        line("artwork/images/7.png", ZICHY),
        line("artwork/images/7.png", DOG),
        line("existence/01.jpg", CAT),
        line("existence/01.jpg", DOG));
    results();
    List<BenchmarkQuestion> byResults = read();
    release();
    List<BenchmarkQuestion> byBoth = read();

    assertThat(byResults).isEqualTo(byBoth);
    assertThat(byBoth)
        .extracting(BenchmarkQuestion::question, BenchmarkQuestion::answers)
        .containsExactly(
            tuple(ZICHY, List.of("no")),
            tuple(DOG, List.of("yes")),
            tuple(CAT, List.of("no")),
            tuple(DOG, List.of("yes")));
    assertThat(byBoth.get(0).image()).contains(new ImagePlace.InFolder("artwork/images/7.png"));
    assertThat(byBoth.get(0).prompt())
        .isEqualTo(ZICHY + "\nAnswer the question using a single word or phrase.");
  }

  @Test
  void readsTheHubsParquet() throws IOException {
    try (ParquetFixture file =
        ParquetFixture.file(
            folder.resolve("test-00000-of-00001.parquet"),
            "optional binary question_id (STRING); optional binary question (STRING);"
                + " optional binary answer (STRING); optional binary category (STRING); "
                + ParquetFixture.image("image"))) {
      for (String question : List.of(DOG, CAT)) {
        file.row(
            row -> {
              row.add("question_id", "OCR/0002.jpg");
              row.add("question", question + PLEASE);
              row.add("answer", question.equals(DOG) ? "Yes" : "No");
              row.add("category", "OCR");
              ParquetFixture.image(row, "image", new byte[] {1});
            });
      }
    }

    List<BenchmarkQuestion> questions = read();

    assertThat(questions)
        .extracting(
            BenchmarkQuestion::question,
            BenchmarkQuestion::answers,
            question -> question.image().orElseThrow().id())
        .containsExactly(
            tuple(DOG, List.of("yes"), "OCR/0002.jpg"), tuple(CAT, List.of("no"), "OCR/0002.jpg"));
    assertThat(mme.key(questions.get(0))).isEqualTo("OCR/0002\n" + DOG);
  }

  @Test
  void keepsTheQuestionsOfAnImageThatIsGone() throws IOException {
    release();
    Files.delete(folder.resolve(RELEASE + "existence/01.jpg"));

    assertThat(read().get(0).image()).contains(new ImagePlace.InFolder("existence/01.jpg"));
  }

  @Test
  void refusesABrokenPair() throws IOException {
    results();
    llava(line("existence/01.jpg", DOG));
    assertThatThrownBy(this::read)
        .isInstanceOf(DataException.class)
        .hasMessage(
            "llava_mme.jsonl: image existence/01 has 1 question; MME asks two about an image and"
                + " scores them together");

    write(folder, RELEASE + "existence/01.txt", DOG + PLEASE + "\tYes");
    assertThatThrownBy(this::read)
        .hasMessage("existence/01.txt: expected two questions about an image, found 1");
  }

  @Test
  void refusesUnknownTasksForeignLabelsAndOtherGenerations() throws IOException {
    assertThatThrownBy(this::read).hasMessageStartingWith("No MME in ");

    results();
    llava(line("ocr/1.jpg", DOG));
    assertThatThrownBy(this::read)
        .hasMessageStartingWith("llava_mme.jsonl:1: unknown MME task 'ocr'; known: existence,");

    llava(line("existence/01.jpg", "Is there a bird?"));
    assertThatThrownBy(this::read)
        .hasMessageStartingWith(
            "llava_mme.jsonl:1: no label for image existence/01, question 'Is there a bird?'");

    llava(line("existence/01.jpg", DOG), line("existence/01.jpg", DOG));
    assertThatThrownBy(this::read)
        .hasMessageEndingWith("about existence/01 stands in llava_mme.jsonl:1 already");

    write(folder, RELEASE + "existence/01.txt", DOG + PLEASE + "\tNo", CAT + PLEASE + "\tNo");
    assertThatThrownBy(this::read)
        .hasMessage(
            "existence.txt:1: labelled yes, but no in existence/01.txt:1 for the same image and"
                + " question");
  }

  @Test
  void namesALineThatIsNone() throws IOException {
    write(folder, RELEASE + "OCR/1.txt", DOG + PLEASE + "\tmaybe", CAT + PLEASE + "\tNo");
    assertThatThrownBy(this::read)
        .hasMessage("OCR/1.txt:1: the label must be Yes or No, it is 'maybe'");

    write(folder, RELEASE + "OCR/1.txt", DOG + PLEASE, CAT + PLEASE + "\tNo");
    assertThatThrownBy(this::read)
        .hasMessage("OCR/1.txt:1: expected question, tab, Yes or No; found 1 columns");

    Files.write(
        folder.resolve(RELEASE + "OCR/1.txt"), "\u00e9".getBytes(StandardCharsets.ISO_8859_1));
    assertThatThrownBy(this::read).hasMessage("1.txt:1: not UTF-8; save the file as UTF-8");
  }

  @Test
  void matchesAnswersByImageAndQuestion() throws IOException {
    results();
    List<BenchmarkQuestion> questions = read();
    write(
        folder,
        "answers.jsonl",
        answer("existence/01.jpg", CAT, "No"),
        answer("existence/01.jpg", DOG, "Yes"));
    write(
        folder,
        "answers/existence.txt",
        "01.txt\t" + CAT + "  " + PLEASE + "\tNo\tno",
        "01.txt\t" + DOG + PLEASE + "\tYes\t");

    assertThat(Reading.answers(mme, folder.resolve("answers.jsonl")))
        .extracting(GivenAnswer::key, GivenAnswer::text)
        .containsExactly(
            tuple(mme.key(questions.get(1)), "No"), tuple(mme.key(questions.get(0)), "Yes"));
    assertThat(Reading.answers(mme, folder.resolve("answers")))
        .extracting(GivenAnswer::key, GivenAnswer::text, GivenAnswer::where)
        .containsExactly(
            tuple(mme.key(questions.get(1)), "no", "existence.txt:1"),
            tuple(mme.key(questions.get(0)), "", "existence.txt:2"));
  }

  private static String answer(String id, String question, String text) {
    return "{\"question_id\": \"%s\", \"prompt\": \"%s%s\", \"text\": \"%s\", \"model_id\": \"m\"}"
        .formatted(id, question, SUFFIX, text);
  }

  @Test
  void refusesResultFilesWithoutResponsesWithTabsAndOfUnknownTasks() throws IOException {
    results();
    Path answers = folder.resolve(RESULTS);
    assertThatThrownBy(() -> Reading.answers(mme, answers))
        .hasMessageStartingWith("existence.txt:1: no response;");

    write(answers, "existence.txt", "1.jpg\t" + DOG + PLEASE + "\tYes\tyes\tindeed");
    assertThatThrownBy(() -> Reading.answers(mme, answers))
        .hasMessageStartingWith("existence.txt:1: expected image, question, truth and response")
        .hasMessageContaining("found 5 columns");

    write(answers, "ocr.txt", "");
    assertThatThrownBy(() -> Reading.answers(mme, answers))
        .hasMessageStartingWith("ocr.txt: unknown MME task 'ocr'");
  }

  @Test
  void handsInWhatItReadsAgain() throws IOException {
    llava(
        line("existence/01.jpg", DOG),
        line("artwork/images/7.png", ZICHY),
        line("existence/01.jpg", CAT),
        line("artwork/images/7.png", DOG));
    release();
    List<BenchmarkQuestion> questions = read();

    Path export =
        Reading.export(
            mme, questions, question -> "Yes,\n\tit " + question.id(), folder.resolve("out"));

    assertThat(export.resolve("existence.txt"))
        .hasContent(
            "01.jpg\t%s%s\tYes\tYes,  it existence/01.jpg\n01.jpg\t%s %s\tNo\tYes,  it existence/01.jpg#2"
                .formatted(DOG, PLEASE, CAT, PLEASE));
    Set<String> keys = new HashSet<>();
    questions.forEach(question -> keys.add(mme.key(question)));
    assertThat(keys).hasSize(4);
    assertThat(Reading.answers(mme, export))
        .extracting(GivenAnswer::key)
        .containsExactlyInAnyOrderElementsOf(keys);
  }

  @Test
  void scoresWithOthersUnparsed() {
    Reference yes = new Reference("", "OCR", List.of("yes"), List.of(), Map.of());

    assertThat(mme.score("official", "Yes", yes)).isEqualTo(new Score("yes", false, 1));
    assertThat(mme.score("official", "no", yes)).isEqualTo(new Score("no", false, 0));
    assertThat(mme.score("official", "y", yes)).isEqualTo(new Score("", true, 0));
    assertThat(mme.score("lmms-eval", "y", yes)).isEqualTo(new Score("yes", false, 1));
    assertThat(mme.gold(yes)).contains("yes");
  }

  @Test
  void sumsTenTasksToPerceptionAndFourToCognition() {
    List<MetricRule> metrics = mme.metrics("official");

    assertThat(metrics)
        .extracting(MetricRule::name)
        .containsExactly("perception", "cognition", "score", "accuracy", "accuracy_plus");
    assertThat(metrics.get(0).groups()).hasSize(10);
    assertThat(metrics.get(1).groups())
        .hasSize(4)
        .doesNotContainAnyElementsOf(metrics.get(0).groups());
  }

  @Test
  void readsAnyBytesOrSaysWhyNot() throws IOException {
    results();
    Path file = folder.resolve(RESULTS + "artwork.txt");
    byte[] whole = Files.readAllBytes(file);
    Random random = new Random(1);
    List<Integer> read = new ArrayList<>();
    for (int i = 0; i < 300; i++) {
      byte[] damaged = whole.clone();
      damaged[random.nextInt(damaged.length)] = (byte) random.nextInt(256);
      Files.write(file, damaged);
      try {
        read.add(read().size());
      } catch (DataException e) {
        assertThat(e.getMessage()).isNotBlank();
      }
    }
    assertThat(read).as("whole pairs").contains(2, 4).containsOnly(2, 4);
  }
}
