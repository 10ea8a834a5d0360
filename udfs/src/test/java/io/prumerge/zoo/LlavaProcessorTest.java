package io.prumerge.zoo;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.prumerge.Goldens;
import io.prumerge.checkpoint.Checkpoint;
import io.prumerge.config.CheckpointException;
import io.prumerge.image.processor.ImageAspect;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LlavaProcessorTest {

  @TempDir private Path folder;

  @ParameterizedTest
  @ValueSource(ints = {80, 112})
  void imagesOfAnotherSizeThanTheTowersAreRefused(int size) throws IOException {
    Goldens.copyCheckpoint("mha", folder);
    Files.writeString(
        folder.resolve("preprocessor_config.json"),
        "{\"size\": %d, \"crop_size\": %d}".formatted(size, size));
    assertRefused("3 x %d x %d pixels".formatted(size, size), "3 x 96 x 96");
  }

  @Test
  void imagesThatAreNotSquareAreRefused() throws IOException {
    Goldens.copyCheckpoint("mha", folder);
    Files.writeString(
        folder.resolve("preprocessor_config.json"),
        "{\"size\": 96, \"crop_size\": {\"height\": 96, \"width\": 100}}");
    assertRefused("3 x 96 x 100 pixels", "3 x 96 x 96");
  }

  /** As a value of config.json is: by folder, file and key. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"size\": 0} | size must lie in 1..8192 pixels: 0",
        "{\"resample\": 9} | Unknown resample '9'; known: 0 (nearest),",
        "{ | preprocessor_config.json is not JSON",
      })
  void valuesAreRefusedByFolderFileAndKey(String json, String message) throws IOException {
    Goldens.copyCheckpoint("mha", folder);
    Checkpoint checkpoint = Checkpoint.open(folder);
    Files.writeString(folder.resolve("preprocessor_config.json"), json);
    for (ImageAspect aspect : List.of(ImageAspect.AUTO, ImageAspect.CROP)) {
      assertThatThrownBy(() -> LlavaProcessor.load(checkpoint, aspect, "vicuna_v1"))
          .isInstanceOf(CheckpointException.class)
          .hasMessageStartingWith("Cannot open checkpoint " + folder + ": preprocessor_config.json")
          .hasMessageContaining(message);
    }
  }

  private void assertRefused(String given, String taken) {
    Checkpoint checkpoint = Checkpoint.open(folder);
    assertThatThrownBy(() -> LlavaProcessor.load(checkpoint, ImageAspect.CROP, "vicuna_v1"))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining(folder.toString())
        .hasMessageContaining(given)
        .hasMessageContaining(taken);
  }
}
