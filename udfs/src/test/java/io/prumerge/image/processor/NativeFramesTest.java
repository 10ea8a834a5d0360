package io.prumerge.image.processor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.prumerge.Goldens;
import io.prumerge.family.ImageFiles;
import io.prumerge.image.FrameTimes;
import io.prumerge.image.PixelSteps;
import io.prumerge.image.Resample;
import io.prumerge.image.Resolution;
import io.prumerge.image.SeenFrames;
import io.prumerge.image.ViewGrid;
import io.prumerge.image.codec.ImageDecoder;
import io.prumerge.image.codec.ImageException;
import io.prumerge.image.codec.ImageLimits;
import io.prumerge.image.size.FrameSize;
import io.prumerge.image.size.ImageBounds;
import io.prumerge.image.size.NativeSize;
import io.prumerge.image.size.SizeOfAllFrames;
import io.prumerge.image.size.SizeOfEachFrame;
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
    assertPixels(PROCESSOR, PATCH, Goldens.json("qwen-video/inputs.json").get("pixels_qwen2"));
    PixelSteps steps =
        new PixelSteps(Resample.BICUBIC, List.of(0.5, 0.5, 0.5), List.of(0.5, 0.5, 0.5));
    assertPixels(
        new NativeFrames(new SizeOfAllFrames(32, 4 * 64 * 64, 4 * 96 * 96), steps),
        16,
        Goldens.json("qwen3-video/inputs.json").get("pixels_qwen3"));
  }

  private static void assertPixels(NativeFrames processor, int patch, JsonNode expected)
      throws IOException, ImageException {
    ViewGrid video = pairs(61, 45, 3);
    Resolution size = processor.size(video);
    JsonNode grid = expected.get("grid").get(0);
    assertThat(size)
        .isEqualTo(new Resolution(grid.get(1).asInt() * patch, grid.get(2).asInt() * patch));
    List<float[]> frames = new ArrayList<>();
    for (int t = 0; t < 3; t++) {
      String name = "video/pixels/frame-" + (t + 1) + "-of-3.png";
      byte[] png = Files.readAllBytes(Goldens.path(name));
      frames.add(processor.bytes(ImageDecoder.decode(png, ImageLimits.DEFAULT), video).values());
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
      int pixel = i / patch * size.width() + i % patch; // of the first patch
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

  private static ViewGrid pairs(int width, int height, int frames) {
    return ViewGrid.video(width, height, new SeenFrames(frames, 2, FrameTimes.UNKNOWN));
  }

  private static Resolution size(JsonNode heightAndWidth) {
    return new Resolution(heightAndWidth.get(0).asInt(), heightAndWidth.get(1).asInt());
  }

  /** Of all frames together, by the values of the checkpoints and by those of the class. */
  @Test
  void sizesOfAllFramesAreTransformers() throws IOException {
    for (JsonNode one : Goldens.json("qwen3-video/inputs.json").get("smart_resize")) {
      ViewGrid video = pairs(one.get("w").asInt(), one.get("h").asInt(), one.get("frames").asInt());
      assertThat(new SizeOfAllFrames(32, 4096, 25165824).of(video))
          .isEqualTo(size(one.get("qwen3_checkpoint_4096_25165824")));
      assertThat(new SizeOfAllFrames(32, 131072, 786432).of(video))
          .isEqualTo(size(one.get("qwen3")));
    }
    int refused = 0;
    for (JsonNode one : Goldens.json("qwen3-video/qwen3-video.json").get("sizes")) {
      ViewGrid video = pairs(one.get(2).asInt(), one.get(1).asInt(), one.get(0).asInt());
      FrameSize size = new SizeOfAllFrames(32, one.get(3).asInt(), one.get(4).asInt());
      assertThat(size.refusal(video).isPresent()).as("%s", one).isEqualTo(one.get(5).isTextual());
      if (one.get(5).isTextual()) {
        refused++;
      } else {
        assertThat(size.of(video)).as("%s", one).isEqualTo(size(one.get(5)));
      }
    }
    assertThat(refused).isBetween(50, 100);
  }

  @Test
  void boundsOfPicturesAreNoneOfAllFrames() {
    FrameSize size = new SizeOfAllFrames(32, 4096, 25165824);
    assertThat(size.within(new ImageBounds(1, 2, 0))).isEqualTo(size);
    assertThatThrownBy(() -> new SizeOfAllFrames(32, 9, 8))
        .hasMessage(
            "The frames of a video cannot have 9 to 8 pixels: shortest_edge must be 1 to"
                + " longest_edge");
  }

  @Test
  void framesThatAreTooLongAreRefused() throws ImageException {
    PROCESSOR.requireTaken(ViewGrid.video(200, 1, 2));
    assertThatThrownBy(() -> PROCESSOR.requireTaken(ViewGrid.video(1, 201, 2)))
        .isInstanceOf(ImageException.class)
        .hasMessageContaining("A frame of 1 x 201 pixels is too long");
  }
}
