package io.prumerge.image.processor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.fasterxml.jackson.databind.JsonNode;
import io.prumerge.family.ImageFiles;
import io.prumerge.image.Area;
import io.prumerge.image.Goldens;
import io.prumerge.image.MadePicture;
import io.prumerge.image.Resolution;
import io.prumerge.image.codec.ImageException;
import io.prumerge.image.codec.RgbImage;
import io.prumerge.image.size.ImageBounds;
import io.prumerge.image.size.NativeSize;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Pictures at their own size against transformers' slow processor. */
class NativeProcessorTest {

  private static final int PATCH = 14;

  @TempDir Path folder;

  private static final NativeSize FILES = new NativeSize(28, 3136, 1003520);

  private Path files(String keys) throws IOException {
    Files.writeString(
        folder.resolve("preprocessor_config.json"),
        "{\"image_processor_type\": \"Qwen2VLImageProcessor\"" + keys + "}");
    return folder;
  }

  /** Rows of patches: channel, time, y, x; in blocks of 2 x 2 patches. A still stands twice. */
  static float[] patches(float[] pixels, int height, int width, int side) {
    float[] rows = new float[2 * pixels.length];
    int at = 0;
    int cols = width / (2 * side);
    for (int block = 0; block < height / (2 * side) * cols; block++) {
      for (int patch = 0; patch < 4; patch++) {
        int top = (block / cols * 2 + patch / 2) * side;
        int left = (block % cols * 2 + patch % 2) * side;
        for (int i = 0; i < 6 * side * side; i++) {
          int channel = i / (2 * side * side);
          int y = top + i / side % side;
          rows[at++] = pixels[(channel * height + y) * width + left + i % side];
        }
      }
    }
    return rows;
  }

  @Test
  void equalsTheSlowProcessorBitForBit() throws IOException, ImageException {
    JsonNode pixels = io.prumerge.Goldens.json("qwen/qwen.json").get("pixels");
    assertThat(pixels.size()).isGreaterThan(50);
    requireEqual(ImageFiles.qwen(files(", \"max_pixels\": 200704")), pixels, PATCH);
  }

  /** Qwen3-VL's patches, mean and deviation, with bounds that `size` states. */
  @Test
  void equalsTheSlowProcessorBitForBitAsTheFileSays() throws IOException, ImageException {
    JsonNode pixels = io.prumerge.Goldens.json("qwen3/qwen3.json").get("pixels");
    assertThat(pixels.size()).isGreaterThan(50);
    String half = "[0.5, 0.5, 0.5]";
    String size = ", \"size\": {\"shortest_edge\": 65536, \"longest_edge\": 262144}";
    String steps = ", \"patch_size\": 16, \"image_mean\": " + half + ", \"image_std\": " + half;
    requireEqual(ImageFiles.qwen(files(size + steps)), pixels, 16);
  }

  @Test
  void aPictureThatIsPaddedIsSeenWithItsPadding() {
    NativeProcessor squares = squares();
    assertThat(new NativeProcessor(FILES, ImageFiles.CLIP).seen(50, 21))
        .containsExactly(new Area(0, 0, 50, 21));
    assertThat(squares.seen(50, 21)).containsExactly(new Area(0, -14, 50, 50));
    assertThat(squares.seen(3, 7)).containsExactly(new Area(-2, 0, 7, 7));
  }

  private static NativeProcessor squares() {
    return new NativeProcessor(new ImageBounds(0, 0, 112).over(FILES), ImageFiles.CLIP);
  }

  @Test
  void squaresArePaddedWithTheMeanColour() throws IOException, ImageException {
    requireEqual(squares(), io.prumerge.Goldens.json("qwen/qwen.json").get("squares"), PATCH);
  }

  private static void requireEqual(NativeProcessor processor, JsonNode pixels, int side)
      throws IOException, ImageException {
    List<String> differing = new ArrayList<>();
    for (Map.Entry<String, JsonNode> golden : Goldens.fields(pixels).entrySet()) {
      String name = golden.getKey();
      if (name.startsWith("cmyk") || name.startsWith("ycck")) {
        continue; // decoded within 3 levels; ImageDecoderTest
      }
      RgbImage image = MadePicture.named(name);
      processor.requireTaken(image.width(), image.height());
      Resolution size = processor.size(image.width(), image.height());
      JsonNode grid = golden.getValue().get("grid");
      assertThat(List.of(size.height() / side, size.width() / side))
          .as(name)
          .containsExactly(grid.get(0).asInt(), grid.get(1).asInt());
      float[] view = processor.views(image).get(0);
      String sha256 = Goldens.sha256(patches(view, size.height(), size.width(), side));
      if (!sha256.equals(golden.getValue().get("sha256").asText())) {
        differing.add(name);
      }
    }
    assertThat(differing).isEmpty();
  }

  @Test
  void sizesAreTheReferences() throws IOException {
    JsonNode sizes = io.prumerge.Goldens.json("qwen/qwen.json").get("sizes");
    assertThat(sizes.size()).isGreaterThan(900);
    for (JsonNode row : sizes) {
      NativeSize size =
          new NativeSize(row.get(2).asInt(), row.get(3).asLong(), row.get(4).asLong());
      assertThat(size.of(row.get(1).asInt(), row.get(0).asInt()))
          .as(row.toString())
          .isEqualTo(new Resolution(row.get(5).asInt(), row.get(6).asInt()));
    }
  }

  @ParameterizedTest
  @CsvSource({"201, 1", "1, 201", "401, 2"})
  void tooLongAPictureIsRefused(int width, int height) {
    NativeProcessor processor = new NativeProcessor(FILES, ImageFiles.CLIP);
    assertThatExceptionOfType(ImageException.class)
        .isThrownBy(() -> processor.requireTaken(width, height))
        .withMessage(
            "A picture of "
                + width
                + " x "
                + height
                + " pixels is too long: the model takes one whose longer side is at most 200 times"
                + " the other; cut it");
  }

  @Test
  void boundsAreTheFilesOwnElseThoseOfSizeElseTheClasses() throws IOException {
    String size = ", \"size\": {\"shortest_edge\": 65536, \"longest_edge\": 16777216}";
    assertThat(ImageFiles.qwenSize(files(size))).isEqualTo(new NativeSize(28, 65536, 16777216));
    assertThat(ImageFiles.qwenSize(files(size + ", \"max_pixels\": 100000")))
        .isEqualTo(new NativeSize(28, 65536, 100000));
    assertThat(ImageFiles.qwenSize(files(""))).isEqualTo(FILES);
    assertThat(ImageFiles.qwenSize(files(", \"patch_size\": 16")))
        .isEqualTo(new NativeSize(32, 3136, 1003520));
  }

  @Test
  void boundsThatNoPictureMeetsAreRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ImageFiles.qwen(files(", \"min_pixels\": 200, \"max_pixels\": 100")))
        .withMessageContaining("cannot have 200 to 100 pixels");
  }
}
