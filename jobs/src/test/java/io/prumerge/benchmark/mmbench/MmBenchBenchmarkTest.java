package io.prumerge.benchmark.mmbench;

import static io.prumerge.benchmark.Reading.write;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.prumerge.benchmark.Benchmark;
import io.prumerge.benchmark.Benchmark.Reference;
import io.prumerge.benchmark.Benchmark.Score;
import io.prumerge.benchmark.BenchmarkQuestion;
import io.prumerge.benchmark.GivenAnswer;
import io.prumerge.benchmark.MetricRule;
import io.prumerge.benchmark.Reading;
import io.prumerge.benchmark.Statistic;
import io.prumerge.source.DataException;
import io.prumerge.source.ImagePlace;
import io.prumerge.source.ParquetFixture;
import io.prumerge.source.XlsxReader;
import io.prumerge.source.XlsxWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MmBenchBenchmarkTest {

  private static final String HEADER =
      "index\tquestion\thint\tA\tB\tC\tD\tanswer\tcategory\timage\tsource\tl2-category\tcomment"
          + "\tsplit";
  private static final String DEV = "mmbench_dev_en_20231003.tsv";
  private static final String BASE64 = "iVBORw0KGgo".repeat(8) + "iVBORw0KGgo=";
  private static final String SUFFIX =
      "\nAnswer with the option's letter from the given choices directly.";

  private final MmBench english = new MmBench();
  private final MmBench chinese = new MmBenchChinese();
  @TempDir private Path folder;

  private List<BenchmarkQuestion> read() throws IOException {
    return Reading.questions(english, folder);
  }

  private static String row(long index, String options, String answer, String image) {
    return "%d\tWho is it?\ta hint\t%s\t%s\tocr\t%s\tmini\tperception\t\tdev"
        .formatted(index, options, answer, image);
  }

  private void threeRows() throws IOException {
    write(
        folder,
        DEV,
        HEADER,
        row(5, "cat\tdog\t\t", "B", BASE64),
        row(1_000_005, "dog\tcat\t\t", "A", "5"),
        row(6, "cat\tdog\t\t", "A", "5"));
  }

  @Test
  void readsRotationsOfOneImage() throws IOException {
    threeRows();

    List<BenchmarkQuestion> questions = read();

    assertThat(questions)
        .extracting(
            BenchmarkQuestion::id,
            BenchmarkQuestion::options,
            BenchmarkQuestion::answers,
            question -> question.extra().get("unit"),
            question -> question.extra().get("groups"))
        .containsExactly(
            tuple("5", List.of("cat", "dog"), List.of("B"), "5", "perception\noriginal"),
            tuple("1000005", List.of("dog", "cat"), List.of("A"), "5", "perception"),
            tuple("6", List.of("cat", "dog"), List.of("A"), "6", "perception\noriginal"));
    BenchmarkQuestion first = questions.get(0);
    assertThat(first.prompt()).isEqualTo("a hint\nWho is it?\nA. cat\nB. dog" + SUFFIX);
    assertThat(first.category()).isEqualTo("ocr");
    assertThat(first.maxNewTokens()).isEqualTo(OptionalInt.of(1024));
    assertThat(first.extra()).containsEntry("question_id", "5").containsEntry("split", "dev");
    ImagePlace place = first.image().orElseThrow();
    assertThat(questions).allMatch(question -> question.image().equals(Optional.of(place)));
    assertThat(place)
        .isInstanceOfSatisfying(
            ImagePlace.Base64Range.class,
            range -> {
              assertThat(range.id()).isEqualTo("5");
              assertThat(bytes(range)).isEqualTo(BASE64);
            });
  }

  private static String bytes(ImagePlace.Base64Range range) {
    try {
      String all = Files.readString(Path.of(URI.create(range.file())));
      return all.substring((int) range.offset(), (int) (range.offset() + range.length()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void readsOlderFilesWithAnImageInEveryRow() throws IOException {
    write(
        folder,
        "mmbench_dev_20230712.tsv",
        HEADER,
        row(5, "cat\tdog\t\t", "B", BASE64),
        row(1_000_005, "dog\tcat\t\t", "A", BASE64));

    assertThat(read())
        .extracting(question -> question.image().orElseThrow().id())
        .containsExactly("5", "5");
  }

  @Test
  void readsTestFilesWithoutAnswersAndCcBenchWithoutAbilities() throws IOException {
    write(
        folder,
        "CCBench.tsv",
        "index\tquestion\tA\tB\tC\tD\tcategory\timage",
        "5\t这是谁？\t猫\t狗\t\t\tsketch_reasoning\t" + BASE64);

    assertThat(Reading.questions(chinese, folder))
        .singleElement()
        .satisfies(
            question -> {
              assertThat(question.answers()).isEmpty();
              assertThat(chinese.gold(question.reference())).isEmpty();
              assertThat(question.extra()).containsEntry("groups", "original");
              assertThat(question.extra()).doesNotContainKey("split");
            });
  }

  @Test
  void takesForMissingWhatTheReferencesDo() throws IOException {
    write(
        folder,
        DEV,
        HEADER,
        "5\tWho?\tnan\tcat\tdog\tNone\tN/A\tB\tocr\t" + BASE64 + "\t\tperception\t\tdev",
        "6\tWho?\t\tcat\tdog\tNone\tbird\tB\tocr\t" + BASE64 + "\t\tperception\t\tdev");

    List<BenchmarkQuestion> questions = read();

    assertThat(questions.get(0).prompt()).isEqualTo("Who?\nA. cat\nB. dog" + SUFFIX);
    assertThat(questions.get(1).prompt()).as("LLaVA stops there").endsWith("B. dog" + SUFFIX);
    assertThat(questions.get(1).options()).containsExactly("cat", "dog", "", "bird");
  }

  /** They read on, and count whatever is said to these rows as wrong. */
  @Test
  void readsRowsWhoseRightOptionIsMissingAsTheEvaluatorsDo() throws IOException {
    write(
        folder,
        DEV,
        HEADER,
        row(5, "None\tcat\tdog\t", "A", BASE64),
        row(6, "cat\tNA\t\t", "B", BASE64),
        row(7, "cat\tdog\t\t", "E", BASE64),
        row(8, "null\tnan\t\t", "A", BASE64),
        row(9, "cat\tdog\t\t", "B", BASE64));

    List<BenchmarkQuestion> questions = read();

    assertThat(questions)
        .extracting(BenchmarkQuestion::id)
        .containsExactly("5", "6", "7", "8", "9");
    assertThat(questions.get(0).options()).containsExactly("", "cat", "dog");
    assertThat(questions.get(1).options()).containsExactly("cat");
    assertThat(questions.get(3).options()).isEmpty();
    for (BenchmarkQuestion question : questions) {
      String right = question.answers().get(0);
      assertThat(english.score(Benchmark.OFFICIAL, right, question.reference()).value())
          .as(question.id())
          .isEqualTo(question.id().equals("9") ? 1 : 0);
    }
  }

  @Test
  void tellsTheLanguagesAndSplitsApartByTheFilesNames() throws IOException {
    threeRows();
    for (String name : List.of("MMBench_DEV_CN.tsv", "mmbench_test_en_20231003.tsv")) {
      write(folder, name, HEADER, row(7, "cat\tdog\t\t", "B", BASE64));
    }
    assertThat(read()).hasSize(3);
    assertThat(Reading.questions(chinese, folder)).hasSize(1);
    assertThat(Reading.questions(english, folder.resolve("mmbench_test_en_20231003.tsv")))
        .hasSize(1);
    assertThatThrownBy(() -> Reading.questions(english, folder.resolve("MMBench_DEV_CN.tsv")))
        .hasMessageStartingWith("No mmbench in ");

    write(folder, "mmbench_dev_20230712.tsv", HEADER, row(7, "cat\tdog\t\t", "B", BASE64));
    assertThatThrownBy(this::read)
        .isInstanceOf(DataException.class)
        .hasMessageStartingWith("3 files could be mmbench, split dev:");
  }

  @Test
  void refusesCirclesThatAreNone() throws IOException {
    write(folder, DEV, HEADER, row(1_000_005, "dog\tcat\t\t", "A", BASE64));
    assertThatThrownBy(this::read)
        .hasMessage(DEV + ":2: row 1000005 is a rotation of row 5, which is not there");

    write(
        folder,
        DEV,
        HEADER,
        row(5, "cat\tdog\t\t", "B", BASE64),
        row(1_000_005, "dog\tbird\t\t", "A", "5"));
    assertThatThrownBy(this::read)
        .hasMessageStartingWith(DEV + ":3: row 1000005 is no rotation of row 5 in " + DEV + ":2");

    write(
        folder,
        DEV,
        HEADER,
        row(5, "cat\tdog\t\t", "B", BASE64),
        row(5, "cat\tdog\t\t", "B", BASE64));
    assertThatThrownBy(this::read).hasMessage(DEV + ":3: index 5 stands in " + DEV + ":2 already");
  }

  @Test
  void refusesRowsThatAreNone() throws IOException {
    write(folder, DEV, HEADER, row(5, "cat\tdog\t\t", "A", "%%%"));
    assertThatThrownBy(this::read)
        .hasMessage(DEV + ":2: 'image': expected the index of a row, a whole number; found '%%%'");

    write(folder, DEV, HEADER, row(5, "cat\tdog\t\t", "A", "9"));
    assertThatThrownBy(this::read)
        .hasMessage(DEV + ":2: row 5 has the image of row 9, which has none of its own");

    write(folder, DEV, HEADER, row(5, "cat\tdog\t\t", "A", ""));
    assertThatThrownBy(this::read).hasMessage(DEV + ":2: row 5 has no image");

    write(folder, DEV, HEADER, row(5, "cat\tdog\t\t", "A", BASE64).replace("5\tWho", "x\tWho"));
    assertThatThrownBy(this::read).hasMessageEndingWith("a whole number; found 'x'");

    write(folder, DEV, "index\tquestion");
    assertThatThrownBy(this::read)
        .hasMessageStartingWith("No mmbench in ")
        .hasMessageContaining("expected a TSV or Parquet file with the columns index, question");
  }

  @Test
  void handsInASheetAsLlavaDoesAndReadsItAgain() throws IOException {
    threeRows();
    List<BenchmarkQuestion> questions = read();

    Path export =
        Reading.export(english, questions, question -> "A" + question.id(), folder.resolve("out"));

    Path sheet = export.resolve("mmbench.xlsx");
    List<List<Optional<String>>> rows = new ArrayList<>();
    XlsxReader.read(Reading.path(sheet), Reading.HADOOP, row -> rows.add(row.cells()));
    assertThat(rows.get(0))
        .extracting(Optional::orElseThrow)
        .containsExactly("index", "question", "A", "B", "C", "D", "prediction", "answer", "split");
    assertThat(rows.get(2))
        .extracting(cell -> cell.orElse(""))
        .containsExactly("1000005", "Who is it?", "dog", "cat", "", "", "A1000005", "A", "dev");
    assertThat(Reading.answers(english, sheet))
        .extracting(GivenAnswer::key, GivenAnswer::text, GivenAnswer::where)
        .containsExactly(
            tuple(english.key(questions.get(0)), "A5", "mmbench.xlsx:row 2"),
            tuple(english.key(questions.get(1)), "A1000005", "mmbench.xlsx:row 3"),
            tuple(english.key(questions.get(2)), "A6", "mmbench.xlsx:row 4"));
  }

  @Test
  void readsSheetsOfAnyColumnsAndNumbersThatAreFloatingPoint() throws IOException {
    Path file = folder.resolve("model_MMBench_DEV_EN.xlsx");
    try (XlsxWriter sheet = new XlsxWriter(Files.newOutputStream(file))) {
      sheet.row(cells("split", "prediction", "index"));
      sheet.row(cells("dev", "B", "1.000241E6"));
      sheet.row(List.of());
      sheet.row(List.of(Optional.of("dev"), Optional.empty(), Optional.of("241.0")));
    }
    assertThat(Reading.answers(english, file))
        .extracting(GivenAnswer::key, GivenAnswer::text)
        .containsExactly(tuple("1000241", "B"), tuple("241", ""));

    try (XlsxWriter sheet = new XlsxWriter(Files.newOutputStream(file))) {
      sheet.row(cells("index", "prediction"));
      sheet.row(cells("1.5", "B"));
    }
    assertThatThrownBy(() -> Reading.answers(english, file))
        .hasMessage(
            "model_MMBench_DEV_EN.xlsx:row 2: expected a whole number in 'index', found '1.5'");

    try (XlsxWriter sheet = new XlsxWriter(Files.newOutputStream(file))) {
      sheet.row(cells("index", "answer"));
    }
    assertThatThrownBy(() -> Reading.answers(english, file))
        .hasMessage(
            "model_MMBench_DEV_EN.xlsx:1: answers are in the columns index and prediction; its"
                + " columns: index, answer");
  }

  private static List<Optional<String>> cells(String... texts) {
    return Arrays.stream(texts).map(Optional::of).toList();
  }

  @Test
  void scoresByTheProfilesLetters() {
    Reference reference = Reading.choice("B", List.of("dog", "cat"));

    assertThat(english.score("official", "B", reference)).isEqualTo(new Score("B", false, 1));
    assertThat(english.score("official", "dog", reference)).isEqualTo(new Score("A", false, 0));
    assertThat(english.score("official", "who knows", reference)).isEqualTo(new Score("", true, 0));
    assertThat(english.score("lmms-eval", "I choose B, not the other", reference))
        .isEqualTo(new Score("B", false, 1));
    assertThat(english.metrics("official"))
        .extracting(MetricRule::name, MetricRule::statistic)
        .startsWith(tuple("circular", Statistic.UNITS), tuple("vanilla", Statistic.MEAN));
    assertThat(Map.of("en", english.name(), "cn", chinese.name()))
        .isEqualTo(Map.of("en", "mmbench", "cn", "mmbench-cn"));
  }

  @Test
  void readsTheHubsParquet() throws IOException {
    Path data = Files.createDirectories(folder.resolve("en"));
    try (ParquetFixture file =
        ParquetFixture.file(
            data.resolve("dev-00000-of-00001.parquet"),
            "required int64 index; optional binary question (STRING); optional binary hint"
                + " (STRING); optional binary answer (STRING); optional binary A (STRING); optional"
                + " binary B (STRING); optional binary C (STRING); optional binary category"
                + " (STRING); "
                + ParquetFixture.image("image")
                + "optional binary L2-category (STRING); optional binary split (STRING);")) {
      for (long index : new long[] {5, 1_000_005}) {
        file.row(
            row -> {
              row.add("index", index);
              row.add("question", "Who?");
              row.add("hint", "nan");
              row.add("A", index == 5 ? "cat" : "dog");
              row.add("B", index == 5 ? "dog" : "cat");
              row.add("C", "nan");
              row.add("answer", index == 5 ? "A" : "B");
              row.add("category", "ocr");
              ParquetFixture.image(row, "image", new byte[] {1});
              row.add("L2-category", "perception");
            });
      }
    }

    List<BenchmarkQuestion> questions = read();

    assertThat(questions)
        .extracting(
            BenchmarkQuestion::id,
            BenchmarkQuestion::prompt,
            question -> question.image().orElseThrow().id())
        .containsExactly(
            tuple("5", "Who?\nA. cat\nB. dog" + SUFFIX, "5"),
            tuple("1000005", "Who?\nA. dog\nB. cat" + SUFFIX, "5"));
    assertThatThrownBy(() -> Reading.questions(chinese, folder))
        .hasMessageStartingWith("No mmbench-cn in ");
  }
}
