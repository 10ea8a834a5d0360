package io.prumerge.image.processor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.prumerge.Goldens;
import io.prumerge.family.ImageFiles;
import io.prumerge.image.PixelSteps;
import io.prumerge.image.Resample;
import io.prumerge.image.ViewGrid;
import io.prumerge.image.codec.ImageDecoder;
import io.prumerge.image.codec.ImageException;
import io.prumerge.image.codec.ImageLimits;
import io.prumerge.image.codec.RgbImage;
import java.io.IOException;
import java.nio.file.Files;
import org.junit.jupiter.api.Test;

/** Frames of noise and of a slope, whose pixels were made outside this repository. */
class StretchedFramesTest {

  private static final int SIDE = 56;

  @Test
  void pixelsAreTransformers() throws IOException, ImageException {
    JsonNode expected = Goldens.json("video/pixels/inputs.json").get("pixels_onevision");
    StretchedFrames processor = new StretchedFrames(SIDE, ImageFiles.CLIP);
    double sum = 0;
    double absolute = 0;
    for (int t = 0; t < 3; t++) {
      float[] pixels = processor.bytes(frame(t), ViewGrid.video(61, 45, 3)).values();
      assertThat(pixels).hasSize(3 * SIDE * SIDE);
      for (float pixel : pixels) {
        sum += pixel;
        absolute += Math.abs(pixel);
      }
      if (t == 0) {
        assertEqual(pixels, 0, expected.get("first"));
      } else if (t == 2) {
        assertEqual(pixels, pixels.length - expected.get("last").size(), expected.get("last"));
      }
    }
    assertThat(sum).isCloseTo(expected.get("sum").asDouble(), within(1e-6));
    assertThat(absolute).isCloseTo(expected.get("abs").asDouble(), within(1e-6));
  }

  private static RgbImage frame(int t) throws IOException, ImageException {
    String name = "video/pixels/frame-" + (t + 1) + "-of-3.png";
    return ImageDecoder.decode(Files.readAllBytes(Goldens.path(name)), ImageLimits.DEFAULT);
  }

  // Rounded to six decimals.
  private static void assertEqual(float[] pixels, int from, JsonNode expected) {
    for (int i = 0; i < expected.size(); i++) {
      assertThat((double) pixels[from + i]).isCloseTo(expected.get(i).asDouble(), within(0.51e-6));
    }
  }

  @Test
  void otherFiltersAreRefused() {
    PixelSteps steps =
        new PixelSteps(Resample.LANCZOS, ImageFiles.CLIP.mean(), ImageFiles.CLIP.std());
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new StretchedFrames(SIDE, steps))
        .withMessageContaining("resample 3; the settings have LANCZOS");
  }
}
