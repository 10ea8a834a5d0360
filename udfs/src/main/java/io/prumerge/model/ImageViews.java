package io.prumerge.model;

import io.prumerge.image.ViewGrid;
import io.prumerge.model.tower.ImageInput;
import io.prumerge.model.tower.SmallPixels;
import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/**
 * One image as a model takes it.
 *
 * @param inputs its views, the whole image first
 * @param grid of the others
 */
public record ImageViews(List<ImageInput> inputs, ViewGrid grid) {

  public ImageViews {
    inputs = List.copyOf(inputs);
    if (inputs.size() != grid.views()) {
      throw new IllegalArgumentException(inputs.size() + " views cannot fill " + grid);
    }
  }

  /** An image that is seen whole only. */
  public static ImageViews whole(ImageInput input, int width, int height) {
    return new ImageViews(List.of(input), ViewGrid.whole(width, height));
  }

  /**
   * The views of one image.
   *
   * @param pixels of each view, as {@link ImageInput}
   * @param sha256 as {@link ImageInput}
   * @param smaller of each view, as {@link ImageInput}
   */
  public static ImageViews of(
      List<float[]> pixels, ViewGrid grid, byte[] sha256, IntFunction<SmallPixels> smaller) {
    return new ImageViews(
        IntStream.range(0, pixels.size())
            .mapToObj(
                view ->
                    new ImageInput(
                        pixels.get(view), sha256, new int[0], smaller.apply(view), view, grid))
            .toList(),
        grid);
  }

  /** The same for views that no method wants smaller. */
  public static ImageViews of(List<float[]> pixels, ViewGrid grid, byte[] sha256) {
    return of(pixels, grid, sha256, view -> SmallPixels.NONE);
  }
}
