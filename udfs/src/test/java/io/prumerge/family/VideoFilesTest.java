package io.prumerge.family;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.fasterxml.jackson.databind.JsonNode;
import io.prumerge.Goldens;
import io.prumerge.image.MadeFrames;
import io.prumerge.image.PixelSteps;
import io.prumerge.image.Resample;
import io.prumerge.image.ViewGrid;
import io.prumerge.image.codec.RgbImage;
import io.prumerge.image.processor.StretchedFrames;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which settings a folder's videos get, and the pixels that these give, against transformers. */
class VideoFilesTest {

  private static final int SIDE = 37;
  private static final List<Double> HALF = List.of(0.5, 0.5, 0.5);

  @TempDir private Path folder;

  private static String pixels(StretchedFrames processor, RgbImage frame) {
    ViewGrid one = ViewGrid.video(frame.width(), frame.height(), 1);
    return Goldens.sha256(processor.bytes(frame, one).values());
  }

  private StretchedFrames read(String name, String content, int side) throws IOException {
    Files.writeString(folder.resolve(name), content);
    return VideoFiles.oneVision(folder, side);
  }

  @ParameterizedTest
  @CsvSource({"video/odd, odd, 37, 5", "onevision/untied, untied, 31, 3"})
  void framesAreTheReferences(String model, String name, int side, int videos) throws IOException {
    StretchedFrames processor = VideoFiles.oneVision(Goldens.path(model), side);
    JsonNode cases = Goldens.json("video/video.json").get("cases").get(name);
    assertThat(cases.size()).isEqualTo(videos);
    for (JsonNode one : cases) {
      List<String> expected = new ArrayList<>();
      one.get("pixels").forEach(frame -> expected.add(frame.asText()));
      List<String> frames = new ArrayList<>();
      for (int t = 0; t < expected.size(); t++) {
        frames.add(
            pixels(
                processor,
                MadeFrames.frame(t, one.get("width").asInt(), one.get("height").asInt())));
      }
      assertThat(frames).isEqualTo(expected);
    }
  }

  @Test
  void everyStepIsTheReferences() throws IOException {
    JsonNode goldens = Goldens.json("video/video.json").get("steps");
    assertThat(goldens.size()).isEqualTo(7);
    for (JsonNode golden : goldens) {
      StretchedFrames processor =
          read("video_preprocessor_config.json", golden.get("file").toString(), SIDE);
      assertThat(pixels(processor, MadeFrames.frame(0, 45, 61)))
          .as(golden.toString())
          .isEqualTo(golden.get("pixels").asText());
    }
  }

  /** The mean tells the settings apart. */
  @Test
  void filesWinAsInTheReference() throws IOException {
    JsonNode goldens = Goldens.json("video/video.json").get("files");
    assertThat(goldens.size()).isEqualTo(10);
    RgbImage frame = MadeFrames.frame(0, 45, 61);
    for (JsonNode golden : goldens) {
      Path model = Files.createTempDirectory(folder, "model");
      for (Map.Entry<String, JsonNode> file : golden.get("files").properties()) {
        Files.writeString(model.resolve(file.getKey()), file.getValue().toString());
      }
      int side = golden.get("size").get("height").asInt();
      List<Double> mean = new ArrayList<>();
      golden.get("mean").forEach(channel -> mean.add(channel.asDouble()));
      List<Double> std = mean.equals(ImageFiles.CLIP.mean()) ? ImageFiles.CLIP.std() : HALF;
      StretchedFrames expected =
          new StretchedFrames(side, new PixelSteps(Resample.BICUBIC, mean, std));
      assertThat(pixels(VideoFiles.oneVision(model, side), frame))
          .as(golden.toString())
          .isEqualTo(pixels(expected, frame));
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"size\": 384} | size must have height and width: 384",
        "{\"size\": {\"shortest_edge\": 384}} | size must be a whole number, or have height and",
        "{\"size\": {\"height\": 384, \"width\": 383}} | size is 384 x 383, but the tower takes"
            + " 384",
        "{\"size\": {\"height\": 37, \"width\": 37}} | size is 37 x 37, but the tower takes 384 x"
            + " 384",
        "{\"size\": {\"height\": 0, \"width\": 0}} | size must lie in 1..8192 pixels: 0",
        "{\"do_resize\": false} | do_resize is false",
        "{\"do_resize\": null} | do_resize is false",
        "{\"do_center_crop\": true} | do_center_crop is true",
        "{\"resample\": 2} | resample 3; the settings have BILINEAR",
        "{\"resample\": null} | resample is null",
        "{\"rescale_factor\": null} | rescale_factor is null",
        "{\"image_std\": [0.5, 0, 0.5]} | image_std must be positive",
        "{\"video_processor_type\": \"Qwen2VLVideoProcessor\"} | Unknown video_processor_type",
        "[] | not a JSON object",
        "{ | is not JSON",
      })
  void otherSettingsAreRefusedByFileAndKey(String content, String message) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> read("video_preprocessor_config.json", content, 384))
        .withMessageContaining("video_preprocessor_config.json")
        .withMessageContaining(message);
  }

  @Test
  void aFolderWithoutSettingsIsRefused() throws IOException {
    String message =
        "it has no video_preprocessor_config.json, no preprocessor_config.json, and no";
    assertThatIllegalArgumentException()
        .isThrownBy(() -> VideoFiles.oneVision(folder, SIDE))
        .withMessageContaining(message);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> read("processor_config.json", "{\"image_processor\": {}}", SIDE))
        .withMessageContaining(message);
  }

  /** Whatever stands in a file, it is read or refused. */
  @Test
  void bytesOfNoMeaningAreRefused() throws IOException {
    Random random = new Random(3);
    byte[] good =
        Files.readAllBytes(Goldens.path("video/odd").resolve("video_preprocessor_config.json"));
    int refused = 0;
    for (int i = 0; i < 300; i++) {
      byte[] bytes = good.clone();
      for (int j = 0; j < 3; j++) {
        bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
      }
      Files.write(folder.resolve("video_preprocessor_config.json"), bytes);
      try {
        VideoFiles.oneVision(folder, SIDE);
      } catch (IllegalArgumentException e) {
        assertThat(e).hasMessageContaining("video_preprocessor_config.json");
        refused++;
      }
    }
    assertThat(refused).isPositive();
  }
}
