package io.prumerge.image.size;

import io.prumerge.lang.Text;
import java.io.Serializable;

/**
 * What a user says of the size of pictures that a model sees at their own size, instead of its
 * files.
 *
 * @param minPixels fewest pixels of a resized picture; 0: the files' or those of the class
 * @param maxPixels most pixels, likewise
 * @param square side of the square that every picture is padded and resized to; 0: none
 */
public record ImageBounds(int minPixels, int maxPixels, int square) implements Serializable {

  private static final long serialVersionUID = 1L;

  /** Nothing is said. */
  public static final ImageBounds NONE = new ImageBounds(0, 0, 0);

  public ImageBounds {
    if (minPixels < 0 || maxPixels < 0 || square < 0) {
      throw refusal(minPixels, maxPixels, square, "they must be positive");
    }
    if (square > 0 && (minPixels > 0 || maxPixels > 0)) {
      throw refusal(minPixels, maxPixels, square, "a square has no other bounds");
    }
    if (maxPixels > 0 && minPixels > maxPixels) {
      throw refusal(minPixels, maxPixels, square, "the fewest are more than the most");
    }
  }

  private static IllegalArgumentException refusal(
      int minPixels, int maxPixels, int square, String why) {
    return new IllegalArgumentException(
        Text.format(
            "Cannot size pictures by min_pixels %d, max_pixels %d and square %d: %s",
            minPixels, maxPixels, square, why));
  }

  /** Returns bounds that state the whole of a size. */
  public static ImageBounds of(NativeSize size) {
    return size.square()
        ? new ImageBounds(0, 0, Math.toIntExact(Math.round(Math.sqrt(size.most()))))
        : new ImageBounds(Math.toIntExact(size.least()), Math.toIntExact(size.most()), 0);
  }

  /** Returns whether nothing is said. */
  public boolean isNone() {
    return equals(NONE);
  }

  /**
   * Returns the size that pictures get.
   *
   * @param files the size by the model's files
   * @throws IllegalArgumentException if a square's side is no multiple of what sides are, or the
   *     fewest pixels are more than the files' most
   */
  public NativeSize over(NativeSize files) {
    if (square == 0) {
      return new NativeSize(
          files.multiple(),
          minPixels > 0 ? minPixels : files.least(),
          maxPixels > 0 ? maxPixels : files.most());
    }
    if (square % files.multiple() != 0) {
      throw new IllegalArgumentException(
          Text.format(
              "Cannot make squares of %d pixels a side: it must be a multiple of %d",
              square, files.multiple()));
    }
    long area = (long) square * square;
    return new NativeSize(files.multiple(), area, area, true);
  }

  /**
   * Returns the bounds as pages show them: {@code 3136 to 1003520 pixels} or {@code squares of
   * 1008}.
   */
  @Override
  public String toString() {
    if (isNone()) {
      return "";
    }
    return square > 0
        ? Text.format("squares of %d", square)
        : Text.format("%d to %d pixels", minPixels, maxPixels);
  }
}
