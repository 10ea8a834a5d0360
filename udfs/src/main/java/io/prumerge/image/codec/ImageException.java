package io.prumerge.image.codec;

import io.prumerge.lang.Text;

/** An image that cannot be used: the fault lies in the bytes, and other images are not affected. */
public final class ImageException extends Exception {
  private static final long serialVersionUID = 1L;

  private final ImageErrorKind kind;

  private ImageException(ImageErrorKind kind, String message, Throwable cause) {
    super(message, cause);
    this.kind = kind;
  }

  /** Returns the refusal of several images in a prompt of a model that takes one. */
  public static ImageException several(int images, String model) {
    return unsupported(
        "The prompt has %d images; a model of the family %s takes one", images, model);
  }

  /**
   * Returns the refusal of a video.
   *
   * @param why it is not taken, and what to use instead
   */
  public static ImageException video(String why) {
    return new ImageException(ImageErrorKind.VIDEO_UNSUPPORTED, why, null);
  }

  /** Returns the refusal of a video before a model of a family that takes none. */
  public static ImageException noVideos(String family) {
    return video(
        Text.format(
            "A model of the family %s takes no videos; use one of a family that does"
                + " (udfs/README.md, Checkpoints)",
            family));
  }

  /** Returns this error as one of several images', which the message names, counted from 1. */
  public ImageException of(int image, int images) {
    return images == 1
        ? this
        : new ImageException(
            kind, Text.format("Image %d of %d: %s", image, images, getMessage()), this);
  }

  /** Returns the refusal of a frame that has another size than the first one of its video. */
  public static ImageException frameSize(int width, int height, int firstWidth, int firstHeight) {
    return video(
        Text.format(
            "%dx%d pixels, but the video's first frame has %dx%d; give all frames one size",
            width, height, firstWidth, firstHeight));
  }

  /** Returns this error as that of a video's frame, which the message names, counted from 1. */
  public ImageException ofFrame(int frame, int frames) {
    return new ImageException(
        kind, Text.format("Frame %d of %d: %s", frame, frames, getMessage()), this);
  }

  static ImageException missing() {
    return new ImageException(ImageErrorKind.IMAGE_MISSING, "The image has no bytes", null);
  }

  static ImageException corrupt(String format, Object... values) {
    return new ImageException(ImageErrorKind.IMAGE_CORRUPT, Text.format(format, values), null);
  }

  static ImageException corrupt(ImageFormat format, Throwable cause) {
    String message = Text.format("%s cannot be decoded: %s", format, oneLine(cause));
    return new ImageException(ImageErrorKind.IMAGE_CORRUPT, message, cause);
  }

  static ImageException tooLarge(String format, Object... values) {
    return new ImageException(ImageErrorKind.IMAGE_TOO_LARGE, Text.format(format, values), null);
  }

  /**
   * Returns the refusal of an image of a kind that is not taken.
   *
   * @param format of the message
   */
  public static ImageException unsupported(String format, Object... values) {
    return new ImageException(ImageErrorKind.IMAGE_UNSUPPORTED, Text.format(format, values), null);
  }

  /**
   * Returns the refusal of a JPEG.
   *
   * @param what about it this Java's decoder does otherwise
   */
  static ImageException inexact(String what) {
    return new ImageException(
        ImageErrorKind.IMAGE_INEXACT,
        Text.format(
            "JPEG %s, of which Java %s (%s) makes other pixels than Pillow; open and save it by"
                + " Pillow, as PNG",
            what, Runtime.version(), System.getProperty("java.vendor")),
        null);
  }

  private static String oneLine(Throwable cause) {
    String message = cause.getMessage();
    return message == null
        ? cause.getClass().getSimpleName()
        : message.lines().findFirst().orElse("");
  }

  /** Returns what is wrong with the image; {@link #getMessage()} does not repeat it. */
  public ImageErrorKind kind() {
    return kind;
  }
}
