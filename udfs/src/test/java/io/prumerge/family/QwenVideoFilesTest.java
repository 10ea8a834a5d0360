package io.prumerge.family;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.prumerge.Goldens;
import io.prumerge.config.CheckpointException;
import io.prumerge.config.JsonFile;
import io.prumerge.config.LlavaConfig;
import io.prumerge.config.Settings;
import io.prumerge.config.VideoConfig;
import io.prumerge.image.PatchGrid;
import io.prumerge.image.ViewGrid;
import io.prumerge.image.size.FrameSize;
import io.prumerge.image.size.ImageBounds;
import io.prumerge.image.size.NativeSize;
import io.prumerge.image.size.SizeOfAllFrames;
import io.prumerge.image.size.SizeOfEachFrame;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which bounds the frames of Qwen's videos get from a folder's files, against transformers. */
class QwenVideoFilesTest {

  private static final Path MODEL = Goldens.path("qwen/qwen2_5_vl/tied");
  private static final String PICTURES = "preprocessor_config.json";
  private static final String VIDEOS = "video_preprocessor_config.json";

  private final QwenVlFamily family = new QwenVlFamily();

  @TempDir private Path folder;

  // Of a tower with patches of 14 pixels, as the class's files have them.
  private LlavaConfig config() throws IOException {
    Settings root = JsonFile.read(folder.resolve("config.json"));
    return family.pictures(family.config(root), root, folder);
  }

  private void writeConfig(String key, Object value) throws IOException {
    ObjectMapper json = new ObjectMapper();
    ObjectNode root = (ObjectNode) json.readTree(MODEL.resolve("config.json").toFile());
    ObjectNode vision = (ObjectNode) root.get("vision_config");
    vision.put("patch_size", 14).put("window_size", 112);
    if (value instanceof Integer number) {
      vision.put(key, number);
    }
    json.writeValue(folder.resolve("config.json").toFile(), root);
  }

  private static NativeSize bounds(LlavaConfig config) {
    FrameSize size = config.family().video().flatMap(VideoConfig::size).orElseThrow();
    return ((SizeOfEachFrame) size).bounds();
  }

  @Test
  void boundsAreTransformers() throws IOException {
    JsonNode cases = Goldens.json("qwen-video/qwen-video.json").get("files");
    assertThat(cases).hasSize(8);
    for (JsonNode one : cases) {
      for (String name : new String[] {PICTURES, VIDEOS}) {
        Files.deleteIfExists(folder.resolve(name));
      }
      writeConfig("", null);
      for (Map.Entry<String, JsonNode> file : one.get("files").properties()) {
        Files.writeString(folder.resolve(file.getKey()), file.getValue().toString());
      }
      if (!one.get("files").has(PICTURES)) { // pictures' is needed here
        Files.copy(MODEL.resolve(PICTURES), folder.resolve(PICTURES));
        Files.writeString(
            folder.resolve(PICTURES), "{\"image_processor_type\": \"Qwen2VLImageProcessor\"}");
      }
      LlavaConfig config = config();
      assertThat(bounds(config))
          .isEqualTo(
              new NativeSize(
                  28, one.get("bounds").get(0).asInt(), one.get("bounds").get(1).asInt()));
      assertThat(config.features(config.video(640, 40, 3)))
          .isEqualTo(new PatchGrid(one.get("grid").get(0).asInt(), one.get("grid").get(1).asInt()));
      assertThat(family.videoProcessor(config, folder)).isPresent();
    }
  }

  /** Of Qwen3-VL: those of all frames together, whatever is said of a picture's pixels. */
  @Test
  void boundsOfAllFramesAreTransformers() throws IOException {
    ObjectMapper json = new ObjectMapper();
    ObjectNode root =
        (ObjectNode) json.readTree(Goldens.path("qwen3/tied").resolve("config.json").toFile());
    ((ObjectNode) root.get("vision_config")).put("patch_size", 16);
    json.writeValue(folder.resolve("config.json").toFile(), root);
    JsonNode cases = Goldens.json("qwen3-video/qwen3-video.json").get("files");
    assertThat(cases).hasSize(6);
    for (JsonNode one : cases) {
      Files.deleteIfExists(folder.resolve(VIDEOS));
      for (Map.Entry<String, JsonNode> file : one.get("files").properties()) {
        Files.writeString(folder.resolve(file.getKey()), file.getValue().toString());
      }
      LlavaConfig config = config();
      FrameSize expected =
          new SizeOfAllFrames(
              32, one.get("bounds").get(0).asInt(), one.get("bounds").get(1).asInt());
      for (LlavaConfig any : List.of(config, config.within(new ImageBounds(1024, 4096, 0)))) {
        assertThat(any.family().video().flatMap(VideoConfig::size)).hasValue(expected);
      }
      assertThat(family.videoProcessor(config, folder)).isPresent();
    }
    Files.writeString(folder.resolve(VIDEOS), "{\"size\": {\"longest_edge\": 9}}");
    assertThatThrownBy(() -> family.videoProcessor(config(), folder))
        .hasMessageContaining("size must have both shortest_edge and longest_edge");
    Files.writeString(
        folder.resolve(VIDEOS), "{\"video_processor_type\": \"Qwen2VLVideoProcessor\"}");
    assertThatThrownBy(() -> family.videoProcessor(config(), folder))
        .hasMessageContaining("Unknown video_processor_type");
  }

  /** What cannot be read of frames refuses videos, and no pictures. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"size\": {\"shortest_edge\": 3136}} | size must have both shortest_edge and longest_edge",
        "{\"temporal_patch_size\": 1} | temporal_patch_size is 1; only 2 is supported",
        "{\"patch_size\": 16} | patch_size x merge_size is 32 but the vision tower's 28",
        "{\"min_pixels\": 9, \"max_pixels\": 3} | min_pixels must be 1 to max_pixels",
        "{\"do_resize\": false} | do_resize is false",
        "{\"resample\": 2} | resample 3; the settings have BILINEAR",
        "{\"video_processor_type\": \"LlavaOnevisionVideoProcessor\"} | Unknown video_processor_type",
        "[] | not a JSON object",
        "{ | is not JSON",
      })
  void otherSettingsAreRefused(String content, String message) throws IOException {
    writeConfig("", null);
    Files.writeString(
        folder.resolve(PICTURES), "{\"image_processor_type\": \"Qwen2VLImageProcessor\"}");
    Files.writeString(folder.resolve(VIDEOS), content);
    LlavaConfig config = config();
    assertThatThrownBy(() -> family.videoProcessor(config, folder)).hasMessageContaining(message);
  }

  /** As transformers gives them to both processors. */
  @Test
  void boundsOfARunAreThoseOfFramesToo() throws IOException {
    writeConfig("", null);
    Files.writeString(
        folder.resolve(PICTURES), "{\"image_processor_type\": \"Qwen2VLImageProcessor\"}");
    LlavaConfig bounded = config().within(new ImageBounds(0, 200704, 0));
    assertThat(bounds(bounded)).isEqualTo(new NativeSize(28, 100352, 200704));
    LlavaConfig few = config().within(new ImageBounds(0, 50176, 0));
    assertThatThrownBy(() -> family.videoProcessor(few, folder))
        .hasMessageContaining("give min_pixels too");
    assertThat(few.features(ViewGrid.whole(640, 480)).patches()).isEqualTo(54);
    LlavaConfig square = config().within(new ImageBounds(0, 0, 112));
    assertThatThrownBy(() -> family.videoProcessor(square, folder))
        .hasMessageContaining("leave square out");
  }

  @ParameterizedTest
  @CsvSource({"-1", "1001"})
  void timesThatAreTooFarApartAreRefused(int perSecond) throws IOException {
    writeConfig("tokens_per_second", perSecond);
    assertThatThrownBy(() -> family.config(JsonFile.read(folder.resolve("config.json"))))
        .isInstanceOf(CheckpointException.class)
        .hasMessageContaining("tokens_per_second is " + perSecond);
  }

  /** Whatever stands in a file, it is read or refused. */
  @Test
  void bytesOfNoMeaningAreRefused() throws IOException {
    writeConfig("", null);
    Files.writeString(
        folder.resolve(PICTURES), "{\"image_processor_type\": \"Qwen2VLImageProcessor\"}");
    LlavaConfig config = config();
    Random random = new Random(5);
    byte[] good =
        "{\"size\": {\"shortest_edge\": 3136, \"longest_edge\": 200704}, \"patch_size\": 14}"
            .getBytes(java.nio.charset.StandardCharsets.UTF_8);
    int refused = 0;
    for (int i = 0; i < 300; i++) {
      byte[] bytes = good.clone();
      for (int j = 0; j < 3; j++) {
        bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
      }
      Files.write(folder.resolve(VIDEOS), bytes);
      try {
        family.videoProcessor(config, folder);
      } catch (IllegalArgumentException e) {
        refused++;
      }
    }
    assertThat(refused).isPositive();
  }
}
