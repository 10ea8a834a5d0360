package io.prumerge.prepare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.prumerge.LocalSpark;
import io.prumerge.benchmark.PromptProfile;
import io.prumerge.console.Console;
import io.prumerge.image.codec.ImageDecoder;
import io.prumerge.image.codec.ImageErrorKind;
import io.prumerge.image.codec.ImageException;
import io.prumerge.image.codec.ImageLimits;
import io.prumerge.jobs.CommandLineRun;
import io.prumerge.jobs.PlacedBenchmark;
import io.prumerge.source.ImagePlace;
import io.prumerge.source.ParquetFixture;
import io.prumerge.store.Table;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Collectors;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.ImageOutputStream;
import javax.imageio.stream.MemoryCacheImageOutputStream;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Images inside other files. */
@Tag("spark")
class PreparePlacesTest {

  @TempDir private Path folder;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private static byte[] png(int width, int height) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
    ImageIO.write(image, "png", bytes);
    return bytes.toByteArray();
  }

  private List<Row> prepared(PlacedBenchmark benchmark, OptionalLong limit) throws IOException {
    String output = folder.resolve("out").toString();
    Console console =
        new Console(new PrintWriter(out, true), new PrintWriter(err, true), Console.UNLIMITED);
    new Prepare(LocalSpark.session(), console)
        .prepare(
            new PrepareRequest(
                new PrepareOptions(
                    benchmark,
                    List.of(folder.toString()),
                    Optional.of("test"),
                    PromptProfile.named("vlmevalkit"),
                    limit,
                    LimitOrder.FILES,
                    FrameChoice.NONE,
                    output)));
    return Table.EXAMPLES.read(LocalSpark.session(), List.of(output)).collectAsList();
  }

  private static List<Row> questions(Row image) {
    return image.getList(image.fieldIndex("questions"));
  }

  /** Returns a JPEG with the first of its scans only, of which decoders make different pixels. */
  private static byte[] firstScan() throws IOException {
    ImageWriter writer = ImageIO.getImageWritersByFormatName("jpeg").next();
    ImageWriteParam progressive = writer.getDefaultWriteParam();
    progressive.setProgressiveMode(ImageWriteParam.MODE_DEFAULT);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ImageOutputStream out = new MemoryCacheImageOutputStream(bytes)) {
      writer.setOutput(out);
      BufferedImage image = new BufferedImage(40, 30, BufferedImage.TYPE_INT_RGB);
      image.setRGB(20, 20, 0xFFFFFF);
      writer.write(null, new IIOImage(image, null, null), progressive);
    } finally {
      writer.dispose();
    }
    String scans = bytes.toString(StandardCharsets.ISO_8859_1);
    int second = scans.indexOf("\u00ff\u00da", scans.indexOf("\u00ff\u00da") + 2);
    return (scans.substring(0, second) + "\u00ff\u00d9").getBytes(StandardCharsets.ISO_8859_1);
  }

  @Test
  void countsAJpegThatThisJavaDecodesOtherwiseThanPillow() throws IOException {
    byte[] jpeg = firstScan();
    assertThatExceptionOfType(ImageException.class)
        .isThrownBy(() -> ImageDecoder.decode(jpeg, ImageLimits.DEFAULT))
        .satisfies(e -> assertThat(e.kind()).isEqualTo(ImageErrorKind.IMAGE_INEXACT));
    String text = Base64.getEncoder().encodeToString(jpeg);
    String name = Files.writeString(folder.resolve("t.tsv"), text).toUri().toString();

    List<Row> rows =
        prepared(
            new PlacedBenchmark().with(new ImagePlace.Base64Range("1", name, 0, text.length())),
            OptionalLong.empty());

    assertThat(CommandLineRun.problems(err.toString()))
        .singleElement()
        .asString()
        .startsWith(
            "warning: 1 image has the error image_inexact, which its questions will have: 1: JPEG"
                + " is progressive");
    assertThat(rows.get(0).<byte[]>getAs("image")).isEqualTo(jpeg);
    assertThat(rows.get(0).<Integer>getAs("width")).isNull();
  }

  @Test
  void readsBase64FromATsvFile() throws IOException {
    byte[] good = png(3, 2);
    String text = Base64.getEncoder().encodeToString(good);
    String broken = "not base64!";
    Path file = Files.writeString(folder.resolve("t.tsv"), text + "\t" + broken + "\t");
    String name = file.toUri().toString();

    List<Row> rows =
        prepared(
            new PlacedBenchmark()
                .with(new ImagePlace.Base64Range("1", name, 0, text.length()))
                .with(new ImagePlace.Base64Range("2", name, text.length() + 1, broken.length()))
                .with(new ImagePlace.Base64Range("1", name, 0, text.length()))
                .with(new ImagePlace.Base64Range("3", name, 0, 0)),
            OptionalLong.empty());

    assertThat(out.toString()).startsWith("placed/test: 3 images, 4 questions -> ");
    assertThat(CommandLineRun.problems(err.toString()))
        .containsExactly(
            "warning: 1 image is missing, 3; its questions will have the error image_missing",
            "warning: 1 image has the error image_unsupported, which its questions will have: 2:"
                + " Not a JPEG, PNG, GIF, BMP or WebP file: its 11 bytes start with 6e 6f 74 20 62"
                + " 61 73 65");
    assertThat(rows).hasSize(3);
    assertThat(rows.get(0).<byte[]>getAs("image")).isEqualTo(good);
    assertThat(rows.get(0).<Integer>getAs("width")).isEqualTo(3);
    assertThat(questions(rows.get(0)))
        .extracting(question -> question.<String>getAs("question_id"))
        .containsExactly("0", "2");
    assertThat(questions(rows.get(0)).get(0).<String>getAs("prompt"))
        .isEqualTo(
            "Question: What is in picture 0?\n"
                + "Please select the correct answer from the options above. \n");
    assertThat(new String(rows.get(1).<byte[]>getAs("image"))).isEqualTo(broken);
    assertThat(rows.get(1).<String>getAs("image_sha256")).hasSize(64);
    assertThat(rows.get(1).<Integer>getAs("width")).isNull();
    assertThat(rows.get(2).<byte[]>getAs("image")).isNull();
  }

  @Test
  void readsImagesFromParquetInSeveralTasks() throws IOException {
    int images = 300;
    Path file = folder.resolve("test-00000-of-00001.parquet");
    PlacedBenchmark benchmark = new PlacedBenchmark();
    try (ParquetFixture parquet = ParquetFixture.smallGroups(file, ParquetFixture.image("image"))) {
      for (int i = 0; i < images; i++) {
        byte[] bytes = png(1 + i % 50, 1 + i / 50);
        for (int copy = 0; copy < 2; copy++) {
          parquet.row(row -> ParquetFixture.image(row, "image", bytes));
          benchmark.with(
              new ImagePlace.ParquetCell(
                  "i" + i, file.toUri().toString(), 2L * i + copy, "image", 0));
        }
      }
      parquet.row(row -> {});
      benchmark.with(
          new ImagePlace.ParquetCell("none", file.toUri().toString(), 2L * images, "image", 0));
      benchmark.withoutImage();
    }

    List<Row> rows = prepared(benchmark, OptionalLong.empty());

    assertThat(out.toString()).startsWith("placed/test: 301 images, 602 questions -> ");
    assertThat(err.toString()).contains("warning: 1 image is missing");
    assertThat(rows).hasSize(302);
    Map<String, Row> byImage =
        rows.stream()
            .filter(row -> row.getAs("image_id") != null)
            .collect(Collectors.toMap(row -> row.getAs("image_id"), row -> row));
    for (int i = 0; i < images; i++) {
      Row row = byImage.get("i" + i);
      assertThat(row.<Integer>getAs("width")).isEqualTo(1 + i % 50);
      assertThat(row.<Integer>getAs("height")).isEqualTo(1 + i / 50);
      assertThat(questions(row)).hasSize(2);
    }
    assertThat(byImage.get("none").<byte[]>getAs("image")).isNull();
  }

  @Test
  void limitKeepsAllQuestionsOfAnImageThatAreApart() throws IOException {
    PlacedBenchmark benchmark = new PlacedBenchmark();
    for (String image : List.of("a", "b", "c", "a", "c", "a")) {
      benchmark.with(new ImagePlace.InFolder(image + ".png"));
    }
    for (String image : List.of("a", "b", "c")) {
      Files.write(folder.resolve(image + ".png"), png(1, 1));
    }

    List<Row> rows = prepared(benchmark, OptionalLong.of(4));

    assertThat(rows).extracting(row -> questions(row).size()).containsExactly(3, 1);
  }
}
