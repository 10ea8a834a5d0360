package io.prumerge.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.prumerge.Goldens;
import io.prumerge.family.ImageFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Frames of noise and of a slope, whose sizes and pixels were made outside this repository. */
class NativeFramesTest {

  private static final NativeFrames PROCESSOR = processor(56 * 56, 112 * 112);
  private static final int PATCH = 14;
  private static final int BLOCK = 28;

  private static NativeFrames processor(int least, int most) {
    return new NativeFrames(
        new SizeOfEachFrame(new NativeSize(BLOCK, least, most)), ImageFiles.CLIP);
  }

  @Test
  void sizesAreTransformers() throws IOException {
    for (JsonNode one : Goldens.json("qwen-video/inputs.json").get("smart_resize")) {
      ViewGrid video = ViewGrid.video(one.get("w").asInt(), one.get("h").asInt(), 8);
      assertThat(processor(128 * 28 * 28, 768 * 28 * 28).size(video))
          .isEqualTo(
              new Resolution(one.get("qwen2").get(0).asInt(), one.get("qwen2").get(1).asInt()));
    }
  }

  @Test
  void pixelsAreTransformers() throws IOException, ImageException {
    JsonNode expected = Goldens.json("qwen-video/inputs.json").get("pixels_qwen2");
    ViewGrid video = ViewGrid.video(61, 45, new SeenFrames(3, 2, FrameTimes.UNKNOWN));
    Resolution size = PROCESSOR.size(video);
    assertThat(size).isEqualTo(new Resolution(4 * PATCH, 4 * PATCH));
    List<float[]> frames = new ArrayList<>();
    for (int t = 0; t < 3; t++) {
      String name = "video/pixels/frame-" + (t + 1) + "-of-3.png";
      byte[] png = Files.readAllBytes(Goldens.path(name));
      frames.add(PROCESSOR.bytes(ImageDecoder.decode(png, ImageLimits.DEFAULT), video).values());
    }
    frames.add(frames.get(2)); // the last one is doubled
    double sum = 0;
    double absolute = 0;
    for (float[] frame : frames) {
      for (float pixel : frame) {
        sum += pixel;
        absolute += Math.abs(pixel);
      }
    }
    assertThat(sum).isCloseTo(expected.get("sum").asDouble(), within(1e-6));
    assertThat(absolute).isCloseTo(expected.get("abs").asDouble(), within(1e-6));
    for (int i = 0; i < expected.get("first").size(); i++) {
      int pixel = i / PATCH * size.width() + i % PATCH; // of the first patch
      assertThat((double) frames.get(0)[pixel])
          .isCloseTo(expected.get("first").get(i).asDouble(), within(0.51e-6));
    }
    int all = frames.get(3).length;
    int last = expected.get("last").size();
    for (int i = 0; i < last; i++) {
      assertThat((double) frames.get(3)[all - last + i])
          .isCloseTo(expected.get("last").get(i).asDouble(), within(0.51e-6));
    }
  }

  @Test
  void framesThatAreTooLongAreRefused() throws ImageException {
    PROCESSOR.requireTaken(200, 1);
    assertThatThrownBy(() -> PROCESSOR.requireTaken(1, 201))
        .isInstanceOf(ImageException.class)
        .hasMessageContaining("A frame of 1 x 201 pixels is too long");
  }
}
