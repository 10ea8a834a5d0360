package io.prumerge.finetune;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.prumerge.console.UsageException;
import io.prumerge.store.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrainingInputTest {

  /** LoRA of a 7B model at rank 128, with its connector. */
  private static final int VALUES = 340_795_392;

  private static final long GIB = 1L << 30;

  @Test
  void gradientsThatTheDriverWouldNotAcceptAreRefused() {
    assertThatThrownBy(() -> TrainingInput.requireSendable(VALUES, 2, GIB))
        .isInstanceOf(UsageException.class)
        .hasMessage(
            "Cannot train with devices 2: the gradients of 340,795,392 values are 1,363,181,568"
                + " bytes, and spark.driver.maxResultSize is 1,073,741,824; set it to 1302m or"
                + " more, or use a lower rank or one device");
    assertThatCode(() -> TrainingInput.requireSendable(VALUES, 2, 1302L << 20))
        .doesNotThrowAnyException();
    assertThatCode(() -> TrainingInput.requireSendable(VALUES, 2, 0)).doesNotThrowAnyException();
    assertThatCode(() -> TrainingInput.requireSendable(VALUES, 1, GIB)).doesNotThrowAnyException();
  }

  /** Of an adapter that was trained before records had environments. */
  @Test
  void readsTheRecordOfAnEarlierVersion() throws IOException {
    Path file =
        Path.of(
            System.getProperty("project.root"), "jobs/src/test/resources/trainings/format-1.json");

    TrainingManifest manifest = Json.read(Files.readString(file), TrainingManifest.class);

    assertThat(manifest.environments()).isEmpty();
    assertThat(manifest.settings().hashes().tokenizerSha256()).isEmpty();
    assertThat(new ObjectMapper().readTree(Json.write(manifest.settings().recipe())))
        .as("written as it was")
        .isEqualTo(new ObjectMapper().readTree(file.toFile()).get("settings").get("recipe"));
    assertThat(manifest.settings().differences(manifest.settings())).isEmpty();
  }

  @Test
  void theImagesHashChangesWithTheirNamesSizesAndTimes(@TempDir Path folder) throws IOException {
    Path data = folder.resolve("data.json");
    Files.writeString(data, "[" + row("a.png") + "," + row("b.png") + "]");
    Path a = Files.writeString(folder.resolve("a.png"), "picture");
    Files.writeString(folder.resolve("b.png"), "picture");
    Files.writeString(folder.resolve("c.png"), "asked by no row");
    FileTime time = Files.getLastModifiedTime(a);
    String before = imagesHash(data);

    Files.writeString(folder.resolve("c.png"), "as before");
    assertThat(imagesHash(data)).isEqualTo(before);
    Files.writeString(a, "picture!");
    Files.setLastModifiedTime(a, time);
    assertThat(imagesHash(data)).as("longer").isNotEqualTo(before);
    Files.writeString(a, "another");
    Files.setLastModifiedTime(a, time);
    assertThat(imagesHash(data)).as("of the same length and time").isEqualTo(before);
    Files.setLastModifiedTime(a, FileTime.fromMillis(time.toMillis() + 1000));
    assertThat(imagesHash(data)).as("newer").isNotEqualTo(before);
    Files.setLastModifiedTime(a, time);
    Files.move(a, folder.resolve("c.png"), StandardCopyOption.REPLACE_EXISTING);
    Files.writeString(data, "[" + row("c.png") + "," + row("b.png") + "]");
    assertThat(imagesHash(data)).as("of another name").isNotEqualTo(before);
  }

  private static String row(String image) {
    return """
    {"id": "1", "image": "%s", "conversations": [
      {"from": "human", "value": "<image>\\nWhat?"}, {"from": "gpt", "value": "a dog"}]}\
    """
        .formatted(image);
  }

  private static String imagesHash(Path data) throws IOException {
    TrainingInput.CheckedData checked =
        TrainingInput.CheckedData.of(
            new DataSource(data.toString(), List.of(data.getParent().toString()), 9),
            new Configuration(),
            rows -> {});
    assertThat(checked.usable()).isEqualTo(2);
    return checked.imagesSha256();
  }

  @Test
  void whatAutoBecomesMustBeTrainable() {
    assertThatThrownBy(() -> FinetuneOptions.requireTrainable("auto", "fp16"))
        .isInstanceOf(UsageException.class)
        .hasMessageContaining("Cannot train with dtype auto, here fp16, whose gradients");
    assertThatCode(() -> FinetuneOptions.requireTrainable("auto", "bf16"))
        .doesNotThrowAnyException();
  }
}
