package io.prumerge.model.tower;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.Device;
import io.prumerge.Goldens;
import io.prumerge.checkpoint.Checkpoint;
import io.prumerge.family.ImageFiles;
import io.prumerge.host.DeviceOption;
import io.prumerge.host.DeviceOptions;
import io.prumerge.image.PixelBytes;
import io.prumerge.image.PixelFloats;
import io.prumerge.image.PixelSteps;
import io.prumerge.image.PixelValues;
import io.prumerge.image.ViewPixels;
import io.prumerge.image.codec.RgbImage;
import io.prumerge.image.processor.ClipPreprocessor;
import io.prumerge.image.processor.ImageAspect;
import io.prumerge.image.processor.PreprocessorConfig;
import io.prumerge.model.LlavaModel;
import io.prumerge.model.OpenValues;
import io.prumerge.torch.LaggingTorch;
import io.prumerge.torch.Precision;
import io.prumerge.torch.Torch;
import io.prumerge.torch.TorchRuntime;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("model")
class TowerPixelsTest {

  private static final int SIDE = 10;
  private static final ClipPreprocessor STRETCHED = stretched(ImageFiles.CLIP);

  private LaggingTorch torch;
  private Torch.Value like;
  private TowerPixels pixels;

  private static ClipPreprocessor stretched(PixelSteps steps) {
    return new ClipPreprocessor(PreprocessorConfig.stretched(SIDE, steps), ImageAspect.STRETCH);
  }

  @BeforeEach
  void open() {
    torch = new LaggingTorch(TorchRuntime.open(), 0);
    try (Torch.Value anything = torch.call("wavelengths", 10000.0, 4)) {
      like = torch.list(List.of(anything));
    }
    pixels = new TowerPixels(torch, like, 3);
  }

  @AfterEach
  void close() {
    pixels.close();
    like.close();
    torch.close();
    assertThat(OpenValues.count()).isZero();
  }

  private static List<ViewPixels> views(int count) {
    Random random = new Random(count);
    List<ViewPixels> views = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      byte[] rgb = new byte[3 * 11 * 7];
      random.nextBytes(rgb);
      views.addAll(STRETCHED.bytes(new RgbImage(11, 7, rgb)));
    }
    return views;
  }

  private static List<ViewPixels> values(List<ViewPixels> views) {
    return views.stream().<ViewPixels>map(one -> new PixelFloats(one.values())).toList();
  }

  private float[] floats(List<ViewPixels> views, int height, int width) {
    try (Torch.Value tensor = pixels.tensor(views, height, width);
        Torch.Value host = torch.call("floats", tensor)) {
      return host.toFloats(torch);
    }
  }

  /** A smaller batch after a larger one uses a part of its memory. */
  @Test
  void bytesAreNormalisedToTheSameBits() {
    for (int count : new int[] {1, 3, 2, 5}) {
      List<ViewPixels> views = views(count);
      float[] expected = floats(values(views), SIDE, SIDE);
      int before = Collections.frequency(torch.calls(), "pixel_values");
      assertThat(expected).hasSize(count * 3 * SIDE * SIDE);
      assertThat(floats(views, SIDE, SIDE)).isEqualTo(expected);
      assertThat(Collections.frequency(torch.calls(), "pixel_values")).isEqualTo(before + 1);
    }
  }

  @Test
  void aViewNeedNotBeASquare() {
    byte[] rgb = new byte[3 * 4 * 6];
    new Random(1).nextBytes(rgb);
    List<ViewPixels> view = List.of(new PixelBytes(rgb, table(views(1).get(0))));
    assertThat(floats(view, 4, 6)).isEqualTo(floats(values(view), 4, 6));
  }

  @Test
  void aBatchOfTwoTablesOrWithoutBytesIsMadeHere() {
    PixelSteps clip = ImageFiles.CLIP;
    PixelSteps other =
        new PixelSteps(clip.resample(), clip.rescaleFactor(), false, clip.mean(), clip.std());
    PixelBytes one = (PixelBytes) views(1).get(0);
    PixelValues plain = stretched(other).bytes(new RgbImage(1, 1, new byte[3])).get(0).table();
    assertThat(plain).isNotEqualTo(one.table());
    List<ViewPixels> mixed = List.of(one, new PixelBytes(one.bytes(), plain));
    assertThat(floats(mixed, SIDE, SIDE)).isEqualTo(floats(values(mixed), SIDE, SIDE));
    List<ViewPixels> half = List.of(one, new PixelFloats(one.values()));
    assertThat(floats(half, SIDE, SIDE)).isEqualTo(floats(values(half), SIDE, SIDE));
    assertThat(torch.calls()).doesNotContain("pixel_values");
  }

  private static PixelValues table(ViewPixels view) {
    return ((PixelBytes) view).table();
  }

  /** An engine's tower asks for bytes where it is told to, and for values else. */
  @Test
  void aTowerTakesBytesWhereThatIsAskedFor() throws Exception {
    assertThat(takesBytes()).isFalse();
    assertThat(DeviceOptions.with(TowerPixelsTest::takesBytes, DeviceOption.BYTE_PIXELS)).isTrue();
  }

  private static boolean takesBytes() {
    Checkpoint checkpoint = Checkpoint.open(Goldens.path("checkpoints/mha"));
    try (LlavaModel model = LlavaModel.load(checkpoint, Device.cpu(), Precision.FP32)) {
      return model.vision().takesBytes();
    }
  }
}
