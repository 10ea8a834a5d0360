package io.prumerge.prepare;

import static org.assertj.core.api.Assertions.assertThat;

import io.prumerge.jobs.CommandLineRun;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Nothing that {@code prepare} reads goes uncounted. */
@Tag("spark")
class PrepareCountsTest {

  private static final String BENCHMARK =
      """
      name: tickets
      data: tickets.csv
      split: test
      layouts:
        tickets:
          images: photos
          rows_with: shop
          columns: {id: id, question: asked, answers: answer, image: photo, split: part}
      score: {exact: {rule: exact}}
      """;

  private static final String[] ROWS = {
    "id,asked,answer,photo,part,shop",
    "1,What?,a,good.png,test,x",
    "2,What?,a,good.png,train,x", // another split
    "3,What?,a,good.png,dev,x",
    "4,What?,a,good.png,test,", // without what rows_with asks for
    "5,,a,good.png,test,x", // no question
    "6,What?,a", // too short
    "7,What?,a,gone.png,test,x", // missing
    "8,What?,a,phone.heic,test,x",
    "9,What?,a,scan.tiff,test,x",
    "10,What?,a,cut.png,test,x",
    "11,What?,a,,test,x", // no picture
    "12,What?,a,good.png,test,x",
    "13,What?,a,page.png,test,x",
    "14,What?,a,other.png,test,x",
    "15,What?,a,pair.png,test,x",
  };

  @TempDir private Path folder;

  @BeforeEach
  void write() throws IOException {
    Files.writeString(folder.resolve("tickets.yaml"), BENCHMARK);
    Files.writeString(folder.resolve("tickets.csv"), String.join("\n", ROWS));
    Path photos = Files.createDirectory(folder.resolve("photos"));
    for (String good : new String[] {"good.png", "other.png", "pair.png"}) {
      BufferedImage image = new BufferedImage(6, 4, BufferedImage.TYPE_INT_RGB);
      ImageIO.write(image, "png", photos.resolve(good).toFile());
    }
    Files.write(photos.resolve("cut.png"), latin1("\u0089PNG\r\n\u001a\n\0\0"));
    Files.write(photos.resolve("phone.heic"), latin1("\0\0\0\u0018ftypheic\0\0\0\0mif1heic"));
    Files.write(photos.resolve("scan.tiff"), latin1("II*\0\b\0\0\0"));
    Files.writeString(photos.resolve("page.png"), "\n<!DOCTYPE html><title>Not found</title>");
  }

  private static byte[] latin1(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  private CommandLineRun prepare(String... more) {
    return CommandLineRun.of(
        Stream.concat(
                Stream.of(
                    "prepare",
                    "--benchmark",
                    folder.resolve("tickets.yaml").toString(),
                    "--output",
                    folder.resolve("out").toString()),
                Stream.of(more))
            .toArray(String[]::new));
  }

  private ExampleCounts counts() throws IOException {
    org.apache.hadoop.fs.Path table = new org.apache.hadoop.fs.Path(folder.resolve("out").toUri());
    return ExamplesManifest.read(FileSystem.get(table.toUri(), new Configuration()), table)
        .orElseThrow()
        .counted()
        .orElseThrow();
  }

  @Test
  void eachRowAndPictureHasItsOutcome() throws IOException {
    CommandLineRun run = prepare();

    assertThat(run.code()).as(run.err()).isZero();
    ExampleCounts counts = counts();
    assertThat(counts.rows().rows()).isEqualTo(ROWS.length - 1);
    assertThat(counts.rows().asQuestions()).isEqualTo(10);
    assertThat(counts.rows().ofOtherSplits()).isEqualTo(2);
    assertThat(counts.rows().lacking()).isEqualTo(1);
    assertThat(counts.rows().leftOut()).isEqualTo(2);
    assertThat(counts.rows().reasons()).hasSize(2).containsValue(1L);
    assertThat(counts.questions()).isEqualTo(10);
    assertThat(counts.questionsBeyondLimit()).isZero();
    assertThat(counts.questionsWithoutPicture()).isEqualTo(1);
    assertThat(counts.pictures())
        .isEqualTo(
            new PictureCounts(
                8,
                3,
                1,
                new java.util.TreeMap<>(Map.of("image_corrupt", 1L, "image_unsupported", 3L))));
    assertThat(run.err().lines())
        .contains(
            "Counted 15 rows: 10 became questions, 2 of other splits, 1 without what the layout asks"
                + " for, 2 left out; 10 questions, 1 without a picture; 8 pictures: 3 found, 1"
                + " missing, 1 image_corrupt, 3 image_unsupported");
    assertThat(run.problems())
        .anySatisfy(
            line ->
                assertThat(line)
                    .contains("phone.heic")
                    .endsWith("it is HEIC (a telephone's): save it as JPEG"))
        .anySatisfy(
            line -> assertThat(line).contains("scan.tiff").endsWith("it is TIFF: save it as PNG"))
        .anySatisfy(
            line ->
                assertThat(line)
                    .contains("page.png")
                    .endsWith("it is a web page: download the picture itself"))
        .anySatisfy(line -> assertThat(line).contains("cut.png").contains("image_corrupt"))
        .anySatisfy(line -> assertThat(line).contains("gone.png").contains("image_missing"));
  }

  @Test
  void questionsBeyondTheLimitAreCounted() throws IOException {
    CommandLineRun run = prepare("--limit", "3");

    assertThat(run.code()).as(run.err()).isZero();
    ExampleCounts counts = counts();
    assertThat(counts.rows().asQuestions()).isEqualTo(10);
    // Two about good.png, with which a limit of 3 does not end, and the next one.
    assertThat(counts.questionsBeyondLimit()).isEqualTo(7);
    assertThat(counts.pictures().named()).isEqualTo(2);
    assertThat(counts.pictures().missing()).isEqualTo(1);
  }
}
