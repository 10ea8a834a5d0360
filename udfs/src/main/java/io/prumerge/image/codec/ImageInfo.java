package io.prumerge.image.codec;

import io.prumerge.lang.Text;

/**
 * What an image's header states.
 *
 * @param width in pixels, as stored (EXIF orientation is not applied)
 * @param height in pixels
 */
public record ImageInfo(ImageFormat format, int width, int height) {
  public ImageInfo {
    if (width <= 0 || height <= 0) {
      throw new IllegalArgumentException(
          Text.format("An image needs pixels: %dx%d", width, height));
    }
  }

  /** Checks the sizes in a header, which may be zero or exceed an int. */
  static ImageInfo of(ImageFormat format, long width, long height) throws ImageException {
    if (width <= 0 || height <= 0) {
      throw ImageException.corrupt(
          "%s has no pixels: its header says %dx%d", format, width, height);
    }
    if (width > Integer.MAX_VALUE || height > Integer.MAX_VALUE) {
      throw ImageException.tooLarge("%s header says %dx%d pixels", format, width, height);
    }
    return new ImageInfo(format, (int) width, (int) height);
  }
}
