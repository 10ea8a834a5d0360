package io.prumerge.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.prumerge.LocalSpark;
import io.prumerge.console.ExitCode;
import io.prumerge.source.ParquetFixture;
import io.prumerge.store.Table;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.imageio.ImageIO;
import org.apache.parquet.example.data.Group;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** RefCOCO's table says no picture's size, which is read from the pictures. */
@Tag("spark")
class RefCocoCommandsTest {

  @TempDir private Path folder;

  @BeforeEach
  void writeTable() throws IOException {
    ByteArrayOutputStream picture = new ByteArrayOutputStream();
    ImageIO.write(new BufferedImage(200, 100, BufferedImage.TYPE_INT_RGB), "png", picture);
    table(picture.toByteArray());
  }

  private void table(byte[] picture) throws IOException {
    Path data = Files.createDirectories(folder.resolve("source"));
    Files.deleteIfExists(data.resolve("val-00000-of-00001.parquet"));
    Files.deleteIfExists(data.resolve(".val-00000-of-00001.parquet.crc"));
    try (ParquetFixture table =
        ParquetFixture.file(
            data.resolve("val-00000-of-00001.parquet"),
            "optional binary question_id (STRING); "
                + ParquetFixture.list("answer", "optional binary element (STRING);")
                + ParquetFixture.list("bbox", "optional float element;")
                + ParquetFixture.image("image"))) {
      table.row(
          row -> {
            row.add("question_id", "7");
            Group answer = row.addGroup("answer");
            for (String phrase : List.of("boat", "white boat", "left", "the sky")) {
              answer.addGroup("list").add("element", phrase);
            }
            Group box = row.addGroup("bbox");
            for (float edge : new float[] {0, 0, 100, 100}) {
              box.addGroup("list").add("element", edge);
            }
            ParquetFixture.image(row, "image", picture);
          });
    }
  }

  private CommandLineRun score(String profile) throws IOException {
    Path answers = folder.resolve("answers.jsonl");
    Files.write(
        answers,
        List.of(
            "{\"question_id\": \"7\", \"text\": \"[0.0, 0.25, 0.5, 0.75]\"}",
            "{\"question_id\": \"7\", \"text\": \"[0.0, 0.0, 0.5, 1.0]\"}",
            "{\"question_id\": \"7\", \"text\": \"[0.5, 0.0, 1.0, 1.0]\"}",
            "{\"question_id\": \"7\", \"text\": \"I see none.\"}"));
    return CommandLineRun.of(
        "score",
        "--benchmark",
        "refcoco",
        "--profile",
        profile,
        "--json",
        "--answers",
        answers.toString(),
        "--source",
        folder.resolve("source").toString());
  }

  private void scores(String profile, double accuracy, double meanIou, int unparsed)
      throws IOException {
    CommandLineRun run = score(profile);

    assertThat(run.code()).as(run.err()).isZero();
    JsonNode printed = new ObjectMapper().readTree(run.out());
    assertThat(printed.path("metrics").path("accuracy").doubleValue()).isEqualTo(accuracy);
    assertThat(printed.path("metrics").path("mean_iou").doubleValue()).isEqualTo(meanIou);
    assertThat(printed.path("n_unparsed").intValue()).isEqualTo(unparsed);
  }

  @Test
  void answersScoreByTheFrameOfTheirProfile() throws IOException {
    // Overlaps on the padded square: 1, 1/2, 0; on the picture itself: 1/2, 1, 0.
    scores("llava", 50, 37.5, 1);
    scores("lmms-eval", 50, 37.5, 1);
    scores("qwen-vl", 0, 0, 4);
  }

  @Test
  void aDamagedPictureIsNamed() throws IOException {
    table(new byte[] {1, 2, 3});

    CommandLineRun run = score("llava");

    assertThat(run.code()).isEqualTo(ExitCode.FAILED);
    assertThat(run.err()).contains("Cannot find the size of image 7, which scoring needs: ");
    assertThat(run.problems()).hasSize(1);
  }

  @Test
  void preparedQuestionsHaveTheSize() {
    String examples = folder.resolve("examples").toString();
    CommandLineRun run =
        CommandLineRun.of(
            "prepare",
            "--benchmark",
            "refcoco",
            "--source",
            folder.resolve("source").toString(),
            "--output",
            examples);

    assertThat(run.code()).as(run.err()).isZero();
    assertThat(
            Table.EXAMPLES
                .read(LocalSpark.session(), List.of(examples))
                .selectExpr("inline(questions)")
                .selectExpr("question_id", "extra['width']", "extra['height']")
                .collectAsList())
        .extracting(Object::toString)
        .containsExactly("[7,200,100]", "[7#2,200,100]", "[7#3,200,100]", "[7#4,200,100]");
  }
}
