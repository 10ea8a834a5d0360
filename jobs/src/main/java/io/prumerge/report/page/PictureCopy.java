package io.prumerge.report.page;

import io.prumerge.image.codec.ImageDecoder;
import io.prumerge.image.codec.ImageException;
import io.prumerge.image.codec.ImageInfo;
import io.prumerge.image.codec.ImageLimits;
import io.prumerge.image.codec.RgbImage;
import io.prumerge.image.processor.ImageAspect;
import io.prumerge.lang.Text;
import java.util.Optional;

/**
 * A small copy of an encoded image, or why there is none. A page does without a picture, so one is
 * made within little memory or not at all.
 *
 * @param gap empty if there is a picture
 */
public record PictureCopy(Optional<SmallPicture> picture, String gap) {

  /**
   * The largest image that is decoded for a page, in pixels: 72 MB, and 168 MB of some formats.
   * Models take larger ones.
   */
  private static final ImageLimits LIMITS =
      new ImageLimits(ImageLimits.DEFAULT.maxBytes(), 24_000_000, ImageLimits.DEFAULT.maxSide());

  /** From so many pixels on, one image at a time is decoded in a JVM. */
  private static final long LARGE = 2_000_000;

  private static final Object ONE_AT_A_TIME = new Object();

  /**
   * Returns the copy as the model sees the image.
   *
   * @param image encoded; null if there is none
   * @param most largest side in pixels
   */
  public static PictureCopy of(byte[] image, ImageAspect aspect, int most) {
    try {
      ImageInfo info = ImageDecoder.probe(image, LIMITS);
      if ((long) info.width() * info.height() < LARGE) {
        return made(image, aspect, most);
      }
      synchronized (ONE_AT_A_TIME) {
        return made(image, aspect, most);
      }
    } catch (ImageException e) {
      return new PictureCopy(Optional.empty(), e.getMessage());
    } catch (OutOfMemoryError e) {
      return new PictureCopy(
          Optional.empty(), Text.format("There is not enough memory for it (%s)", e.getMessage()));
    }
  }

  private static PictureCopy made(byte[] image, ImageAspect aspect, int most)
      throws ImageException {
    RgbImage decoded = ImageDecoder.decode(image, LIMITS);
    return new PictureCopy(Optional.of(SmallPicture.of(decoded, aspect, most)), "");
  }
}
