package io.prumerge.image.processor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import io.prumerge.image.Area;
import io.prumerge.image.PatchGrid;
import io.prumerge.image.PixelSteps;
import io.prumerge.image.Resample;
import io.prumerge.image.Resolution;
import io.prumerge.image.codec.RgbImage;
import io.prumerge.image.size.BestFitTiling;
import io.prumerge.image.size.TargetSize;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class AreaTest {

  private static final double CHANNEL = 0.5;

  /** Values from 0 to 1. */
  private static PixelSteps rescaled(double mean) {
    return new PixelSteps(
        Resample.BILINEAR, 1.0 / 255, false, List.of(mean, mean, mean), List.of(1.0, 1.0, 1.0));
  }

  private static ClipPreprocessor preprocessor(int edge, int crop, ImageAspect aspect) {
    return new ClipPreprocessor(
        new PreprocessorConfig(
            Optional.of(new TargetSize.ShortestEdge(edge)),
            Optional.of(new TargetSize.Exact(crop, crop)),
            false,
            rescaled(CHANNEL)),
        aspect);
  }

  @Test
  void aCropShowsTheMiddleAndPaddingReachesBeyond() {
    assertThat(preprocessor(336, 336, ImageAspect.CROP).seen(640, 480).get(0))
        .isEqualTo(new Area(80, 0, 480, 480));
    assertThat(preprocessor(336, 336, ImageAspect.PAD).seen(640, 480).get(0))
        .isEqualTo(new Area(0, -80, 640, 640));
    assertThat(preprocessor(336, 336, ImageAspect.PAD).seen(1, 4).get(0))
        .isEqualTo(new Area(-1, 0, 4, 4));
    assertThat(preprocessor(384, 336, ImageAspect.CROP).seen(384, 384).get(0))
        .isEqualTo(new Area(24, 24, 336, 336));
    assertThat(preprocessor(4, 6, ImageAspect.CROP).seen(1, 1).get(0))
        .as("a crop larger than the picture")
        .isEqualTo(new Area(-0.25, -0.25, 1.5, 1.5));
  }

  /**
   * Of pictures whose red is a pixel's column and whose green is its row, a linear filter gives the
   * place in the picture that each result comes from.
   */
  @Test
  void everyResultComesFromWhereTheAreaSays() {
    int[] sizes = {21, 40, 77, 128, 250};
    int compared = 0;
    for (int width : sizes) {
      for (int height : sizes) {
        RgbImage ramp = ramp(width, height);
        for (int edge : new int[] {24, 37, 96}) {
          for (ImageAspect aspect : List.of(ImageAspect.CROP, ImageAspect.PAD)) {
            ClipPreprocessor preprocessor = preprocessor(edge, 33, aspect);
            compared +=
                compared(
                    preprocessor.window(ramp), 33, preprocessor.seen(width, height).get(0), ramp);
          }
        }
      }
    }
    assertThat(compared).isGreaterThan(40_000);
  }

  /**
   * Likewise the whole image and each tile; a black margin is where the area leaves the picture.
   */
  @Test
  void everyTileComesFromWhereItsAreaSays() {
    TileProcessor own =
        new TileProcessor(
            new PreprocessorConfig(
                Optional.of(new TargetSize.Exact(33, 33)),
                Optional.of(new TargetSize.Exact(33, 33)),
                false,
                rescaled(0)),
            new BestFitTiling(List.of(new Resolution(33, 66), new Resolution(99, 66)), 33));
    int compared = 0;
    for (int edge : new int[] {33, 21}) {
      ImageProcessor processor = own.ofSize(edge).orElseThrow();
      for (int[] size : new int[][] {{128, 64}, {77, 128}, {250, 40}, {21, 250}}) {
        RgbImage ramp = ramp(size[0], size[1]);
        List<Area> seen = processor.seen(size[0], size[1]);
        List<float[]> views = processor.views(ramp);
        assertThat(seen).hasSameSizeAs(views).hasSize(own.grid(size[0], size[1]).views());
        for (int view = 0; view < seen.size(); view++) {
          compared += compared(bytes(views.get(view), edge), edge, seen.get(view), ramp);
        }
      }
    }
    assertThat(compared).isGreaterThan(10_000);
  }

  /** Interleaved bytes of planes from 0 to 1. */
  private static byte[] bytes(float[] planes, int side) {
    byte[] bytes = new byte[planes.length];
    for (int i = 0; i < planes.length; i++) {
      bytes[i % (side * side) * 3 + i / (side * side)] = (byte) Math.round(planes[i] * 255);
    }
    return bytes;
  }

  private static RgbImage ramp(int width, int height) {
    byte[] rgb = new byte[3 * width * height];
    for (int i = 0; i < width * height; i++) {
      rgb[3 * i] = (byte) (i % width);
      rgb[3 * i + 1] = (byte) (i / width);
    }
    return new RgbImage(width, height, rgb);
  }

  /** Compares what no edge blurs, and returns how much that is. */
  private static int compared(byte[] window, int side, Area seen, RgbImage ramp) {
    int compared = 0;
    for (int cell = 0; cell < side * side; cell++) {
      Area source = seen.cell(cell, PatchGrid.square(side));
      double blurX = 1.5 * Math.max(1, source.width());
      double blurY = 1.5 * Math.max(1, source.height());
      double x = (source.left() + source.right()) / 2;
      double y = (source.top() + source.bottom()) / 2;
      if (x > blurX && x < ramp.width() - blurX && y > blurY && y < ramp.height() - blurY) {
        assertThat((window[3 * cell] & 0xFF) + 0.5).isCloseTo(x, within(1.0));
        assertThat((window[3 * cell + 1] & 0xFF) + 0.5).isCloseTo(y, within(1.0));
        compared++;
      }
    }
    return compared;
  }

  @Test
  void cellsAreCountedRowByRowAndFillTheArea() {
    Area area = new Area(-2, 4, 6, 9);
    assertThat(area.cell(0, PatchGrid.square(3))).isEqualTo(new Area(-2, 4, 2, 3));
    assertThat(area.cell(5, PatchGrid.square(3))).isEqualTo(new Area(2, 7, 2, 3));
    assertThat(area.cell(0, PatchGrid.square(1))).isEqualTo(area);
    assertThat(area.cell(4, new PatchGrid(9, 3))).isEqualTo(new Area(0, 5, 2, 1));
    assertThat(area.corner(0.5)).isEqualTo(new Area(-2, 4, 3, 4.5));
    assertThat(area.with(new Area(0, 0, 10, 5))).isEqualTo(new Area(-2, 0, 12, 13));
    assertThatIllegalArgumentException().isThrownBy(() -> new Area(0, 0, 0, 1));
  }
}
