package io.prumerge.prepare;

import static io.prumerge.benchmark.file.PopeFiles.label;
import static io.prumerge.benchmark.file.PopeFiles.question;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.STRING;

import io.prumerge.LocalSpark;
import io.prumerge.benchmark.file.Benchmarks;
import io.prumerge.benchmark.file.PopeFiles;
import io.prumerge.checkpoint.Sha256;
import io.prumerge.console.ExitCode;
import io.prumerge.jobs.CommandLineRun;
import io.prumerge.jobs.CustomExamples;
import io.prumerge.store.Table;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.apache.hadoop.conf.Configuration;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.util.HadoopInputFile;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("spark")
class PrepareTest {

  private static final String DOG = "Is there a dog in the image?";
  private static final String CAT = "Is there a cat in the image?";

  @TempDir private Path folder;

  @BeforeAll
  static void session() {
    LocalSpark.session();
  }

  @BeforeEach
  void popeFiles() throws IOException {
    PopeFiles.questions(
        folder,
        question(1, "a.png", DOG, "adversarial"),
        question(2, "b.png", DOG, "adversarial"),
        question(3, "c.png", DOG, "adversarial"),
        question(20000001, "a.png", CAT, "popular"));
    PopeFiles.labels(
        folder,
        "adversarial",
        label(1, "a.png", DOG, "yes"),
        label(2, "b.png", DOG, "no"),
        label(3, "c.png", DOG, "no"));
    PopeFiles.labels(folder, "popular", label(1, "a.png", CAT, "no"));
    Files.createDirectories(folder.resolve("val2014"));
    png("a.png", 3, 2);
    png("b.png", 1, 1);
    png("c.png", 2, 5);
  }

  private void png(String name, int width, int height) throws IOException {
    ImageIO.write(
        new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB),
        "png",
        folder.resolve("val2014").resolve(name).toFile());
  }

  private CommandLineRun prepare(String... more) {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "prepare",
                "--benchmark",
                "pope",
                "--source",
                folder.toString(),
                "--output",
                folder.resolve("out").toString()));
    arguments.addAll(List.of(more));
    return CommandLineRun.of(arguments.toArray(String[]::new));
  }

  private List<Row> rows() {
    return Table.EXAMPLES
        .read(LocalSpark.session(), List.of(folder.resolve("out").toString()))
        .orderBy("image_id")
        .collectAsList();
  }

  @Test
  void writesOneRowPerImageWithItsQuestionsNested() throws IOException {
    CommandLineRun run = prepare();

    assertThat(run.problems()).isEmpty();
    assertThat(run.code()).isZero();
    assertThat(run.out()).startsWith("pope/test: 3 images, 4 questions -> ");
    List<Row> rows = rows();
    assertThat(rows)
        .extracting(row -> row.<String>getAs("image_id"))
        .containsExactly("a.png", "b.png", "c.png");
    Row first = rows.get(0);
    byte[] bytes = Files.readAllBytes(folder.resolve("val2014/a.png"));
    assertThat(first.<byte[]>getAs("image")).isEqualTo(bytes);
    assertThat(first.<String>getAs("image_sha256")).isEqualTo(Sha256.hex(bytes));
    assertThat(first.<Integer>getAs("width")).isEqualTo(3);
    assertThat(first.<Integer>getAs("height")).isEqualTo(2);
    List<Row> questions = first.getList(first.fieldIndex("questions"));
    assertThat(questions)
        .extracting(question -> question.<String>getAs("question_id"))
        .containsExactly("1", "20000001");
    Row asked = questions.get(1);
    assertThat(asked.<String>getAs("prompt"))
        .isEqualTo(CAT + "\nAnswer the question using a single word or phrase.");
    assertThat(asked.<String>getAs("question")).isEqualTo(CAT);
    assertThat(asked.<String>getAs("category")).isEqualTo("popular");
    assertThat(asked.<Integer>getAs("max_new_tokens")).isEqualTo(128);
    assertThat(asked.<String>getList(asked.fieldIndex("answers"))).containsExactly("no");
    assertThat(asked.<String>getList(asked.fieldIndex("options"))).isEmpty();
    assertThat(asked.getJavaMap(asked.fieldIndex("extra")).toString())
        .isEqualTo("{question_id=20000001}");
  }

  @Test
  void aMissingAndACorruptImageAreRowsAndWarnings() throws IOException {
    Files.delete(folder.resolve("val2014/b.png"));
    Files.write(folder.resolve("val2014/c.png"), new byte[] {1, 2, 3});

    CommandLineRun run = prepare();

    assertThat(run.code()).isZero();
    assertThat(run.problems())
        .containsExactly(
            "warning: 1 image is missing, b.png; its questions will have the error image_missing",
            "warning: 1 image has the error image_unsupported, which its questions will have: c.png:"
                + " Not a JPEG, PNG, GIF, BMP or WebP file: its 3 bytes start with 01 02 03");
    List<Row> rows = rows();
    assertThat(rows.get(1).<byte[]>getAs("image")).isNull();
    assertThat(rows.get(1).<String>getAs("image_sha256")).isNull();
    assertThat(rows.get(2).<byte[]>getAs("image")).containsExactly(1, 2, 3);
    assertThat(rows.get(2).<Integer>getAs("width")).isNull();
  }

  @Test
  void aRowThatCannotBeReadIsLeftOutAndCounted() throws IOException {
    PopeFiles.questions(
        folder,
        question(1, "a.png", DOG, "adversarial"),
        "{\"question_id\": 2, \"image\"",
        question(3, "c.png", DOG, "adversarial"),
        question(20000001, "a.png", CAT, "popular"));

    CommandLineRun run = prepare();

    assertThat(run.code()).isZero();
    assertThat(run.out()).startsWith("pope/test: 2 images, 3 questions -> ");
    assertThat(run.problems())
        .singleElement(STRING)
        .startsWith(
            "warning: 1 row cannot be read and is left out, so scores are over fewer questions:"
                + " llava_pope_test.jsonl:2: ");
    assertThat(Files.readString(folder.resolve("out/_manifest.json")))
        .contains("\"left_out_rows\" : 1,")
        .contains("\"orientation\" : \"stored\",");
  }

  @Test
  void refusesALinkOutOfTheSourceFolder(@TempDir Path elsewhere) throws IOException {
    Path secret = Files.write(elsewhere.resolve("secret"), new byte[] {1});
    Files.delete(folder.resolve("val2014/b.png"));
    Files.createSymbolicLink(folder.resolve("val2014/b.png"), secret);

    CommandLineRun run = prepare();

    assertThat(run.code()).isEqualTo(ExitCode.FAILED);
    assertThat(run.err())
        .startsWith("prumerge-spark: image 'b.png' in ")
        .contains("is a symbolic link to " + secret.toRealPath());
    assertThat(folder.resolve("out")).doesNotExist();
  }

  @Test
  void aFailedJobLeavesNoTable() throws IOException {
    // Hadoop's checksum file next to the image: header, 512 bytes per sum, and a wrong sum.
    Files.write(
        folder.resolve("val2014/.b.png.crc"),
        new byte[] {'c', 'r', 'c', 0, 0, 0, 2, 0, 1, 2, 3, 4});

    CommandLineRun run = prepare();

    assertThat(run.code()).isEqualTo(ExitCode.FAILED);
    assertThat(run.err()).contains("prumerge-spark: Checksum error: ");
    assertThat(folder.resolve("out")).doesNotExist();
  }

  @Test
  void refusesAnIdThatRepeats() throws IOException {
    PopeFiles.questions(
        folder,
        question(1, "a.png", DOG, "adversarial"),
        question(2, "b.png", DOG, "adversarial"),
        question(1, "c.png", DOG, "adversarial"));

    CommandLineRun run = prepare();

    assertThat(run.code()).isEqualTo(ExitCode.FAILED);
    assertThat(run.err())
        .contains(
            "llava_pope_test.jsonl:3: 'question_id' '1' is the id of an earlier question, too");
    assertThat(folder.resolve("out")).doesNotExist();
  }

  @Test
  void idsOfCustomQuestionsMayRepeat() throws IOException {
    Path questions =
        Files.writeString(
            folder.resolve("questions.jsonl"),
            """
            {"question_id": 7, "text": "first"}
            {"question_id": 7, "text": "second", "image": "a.png"}
            {"question_id": 8, "text": "third", "image": "a.png"}
            {"question_id": 7, "text": "fourth"}
            """);
    CustomExamples.prepared(questions, folder.resolve("val2014"), folder.resolve("out"));

    assertThat(
            Table.EXAMPLES
                .read(LocalSpark.session(), List.of(folder.resolve("out").toString()))
                .selectExpr("image_id", "inline(questions)")
                .selectExpr("concat_ws(' ', image_id, question_id, prompt, extra['question_id'])")
                .collectAsList())
        .extracting(row -> row.getString(0))
        .containsExactlyInAnyOrder(
            "7 first 7", "a.png 7#2 second 7", "a.png 8 third 8", "7#3 fourth 7");
  }

  @Test
  void limitKeepsImagesWhole() {
    assertThat(prepare("--limit", "1").out()).startsWith("pope/test: 1 image, 2 questions");
    assertThat(rows()).hasSize(1);
  }

  @Test
  void helpListsBenchmarksAndPromptProfiles() {
    String help = CommandLineRun.of("prepare", "--help").out().replaceAll("\\s+", " ");

    assertThat(help).contains("One of: " + String.join(", ", Benchmarks.KNOWN.names()) + ";");
    assertThat(help)
        .contains("words the questions: " + String.join(", ", Benchmarks.prompts()))
        .contains("default llava");
  }

  @Test
  void refusesAnUnknownPromptProfile() {
    CommandLineRun run = prepare("--prompts", "lmms");

    assertThat(run.code()).isEqualTo(ExitCode.USAGE);
    assertThat(run.err()).contains("Unknown prompts of pope 'lmms'; known: llava, ");
  }

  @Test
  void refusesAnExistingOutputABadLimitAndAFolderWithoutTheImages() throws IOException {
    Path out = Files.createDirectory(folder.resolve("out"));
    CommandLineRun existing = prepare();
    assertThat(existing.code()).isEqualTo(ExitCode.USAGE);
    assertThat(existing.err())
        .isEqualTo(
            "prumerge-spark: --output %s exists already; name a new folder, results are never overwritten%n"
                .formatted(out));
    Files.delete(out);

    assertThat(prepare("--limit", "0").code()).isEqualTo(ExitCode.USAGE);

    try (Stream<Path> images = Files.list(folder.resolve("val2014"))) {
      images.map(Path::toFile).forEach(java.io.File::delete);
    }
    CommandLineRun without = prepare();
    assertThat(without.code()).isEqualTo(ExitCode.FAILED);
    assertThat(without.err()).contains("None of the first 3 images (a.png, ...) lies in or below");
    assertThat(out).doesNotExist();
  }

  @Test
  void readsCustomQuestionsAndAFolderOfImages() throws IOException {
    Path file =
        Files.writeString(
            folder.resolve("mine.jsonl"),
            """
            {"question_id": "x", "image": "b.png", "text": "What?", "answers": ["one", "1"]}
            {"question_id": "y", "text": "Why?"}
            {"question_id": "z", "text": "Who?"}
            """);
    CommandLineRun run =
        CommandLineRun.of(
            "prepare",
            "--benchmark",
            "custom",
            "--source",
            file.toString(),
            folder.resolve("val2014").toString(),
            "--split",
            "mine",
            "--output",
            folder.resolve("out").toString());

    assertThat(run.problems()).isEmpty();
    assertThat(run.out()).startsWith("custom/mine: 1 image, 3 questions");
    List<Row> rows = rows();
    assertThat(rows).as("text-only questions stand alone").hasSize(3);
    assertThat(rows)
        .extracting(row -> row.<String>getAs("image_id"))
        .containsExactly(null, null, "b.png");
    assertThat(rows).extracting(row -> row.<String>getAs("split")).containsOnly("mine");
  }

  @Test
  void writesSmallRowGroups() throws IOException {
    List<String> questions = new ArrayList<>();
    byte[] megabytes = new byte[3 << 20];
    new java.util.Random(1).nextBytes(megabytes);
    for (int i : IntStream.range(0, 40).toArray()) {
      megabytes[0] = (byte) i;
      Files.write(folder.resolve("val2014/%d.jpg".formatted(i)), megabytes);
      questions.add(
          "{\"question_id\": %d, \"image\": \"%d.jpg\", \"text\": \"What?\"}".formatted(i, i));
    }
    Path file = Files.write(folder.resolve("big.jsonl"), questions);
    CommandLineRun.of(
        "prepare",
        "--benchmark",
        "custom",
        "--source",
        file.toString(),
        folder.toString(),
        "--output",
        folder.resolve("out").toString());

    int groups = 0;
    try (Stream<Path> files = Files.list(folder.resolve("out"))) {
      for (Path part : files.filter(path -> path.toString().endsWith(".parquet")).toList()) {
        try (ParquetFileReader reader =
            ParquetFileReader.open(
                HadoopInputFile.fromPath(
                    new org.apache.hadoop.fs.Path(part.toUri()), new Configuration()))) {
          groups += reader.getRowGroups().size();
        }
      }
    }
    assertThat(groups).as("120 MB in groups of about 32 MiB").isBetween(3, 10);
  }
}
