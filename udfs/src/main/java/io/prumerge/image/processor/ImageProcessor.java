package io.prumerge.image.processor;

import io.prumerge.image.Area;
import io.prumerge.image.PictureLimit;
import io.prumerge.image.PixelBytes;
import io.prumerge.image.Resolution;
import io.prumerge.image.ViewGrid;
import io.prumerge.image.codec.ImageException;
import io.prumerge.image.codec.RgbImage;
import java.util.List;
import java.util.Optional;

/** Makes the pixels that a vision tower takes. Implementations are thread-safe. */
public interface ImageProcessor {

  /** Why pictures of other models cannot be made smaller. */
  String ONE_RESOLUTION =
      "Cannot make pictures smaller before a model that sees all at one resolution; use a method"
          + " that chooses among their tokens";

  /** Returns the size of each view of an image of this size. */
  Resolution size(int imageWidth, int imageHeight);

  /**
   * Refuses an image that the model does not take, whatever it shows.
   *
   * @throws ImageException saying what its size may be
   */
  default void requireTaken(int imageWidth, int imageHeight) throws ImageException {}

  /**
   * Returns the views of an image of this size.
   *
   * @throws IllegalArgumentException if a limit makes none of it
   */
  ViewGrid grid(int imageWidth, int imageHeight);

  /**
   * Returns the pixels of each view, 3 x height x width as {@link #size} says, red first: the whole
   * image, then its tiles row by row.
   */
  default List<float[]> views(RgbImage image) {
    return bytes(image).stream().map(PixelBytes::values).toList();
  }

  /** Returns what the pixels of {@link #views} are made of. */
  List<PixelBytes> bytes(RgbImage image);

  /**
   * Returns this preprocessing with smaller or larger views of the same part of the picture.
   *
   * @param edge of the square views
   * @return empty if this one does not resize pictures
   */
  Optional<ImageProcessor> ofSize(int edge);

  /**
   * Returns this preprocessing of pictures within a limit. Of a picture for which that is not
   * possible, {@link #grid} says so.
   *
   * @throws IllegalArgumentException if the model has no such limit, or none so small
   */
  default ImageProcessor within(PictureLimit limit) {
    throw new IllegalArgumentException(ONE_RESOLUTION);
  }

  /**
   * Returns the area of a picture of this size that each view shows, in the picture's pixels. It
   * reaches beyond a picture that is padded or smaller than the crop.
   */
  List<Area> seen(int imageWidth, int imageHeight);
}
