package io.prumerge.image;

import java.util.Locale;
import java.util.Objects;

/** An image that cannot be used: the fault lies in the bytes, and other images are not affected. */
public final class ImageException extends Exception {
  private static final long serialVersionUID = 1L;

  /** What is wrong with the image. */
  public enum Kind {
    /** There are no bytes. */
    IMAGE_MISSING,
    /** The file breaks its format's rules or ends early. */
    IMAGE_CORRUPT,
    /** The header states more than {@link ImageLimits} allows. */
    IMAGE_TOO_LARGE,
    /** An unsupported format, or an unsupported variant of one. */
    IMAGE_UNSUPPORTED
  }

  private final Kind kind;

  private ImageException(Kind kind, String message, Throwable cause) {
    super(message, cause);
    this.kind = Objects.requireNonNull(kind, "kind is null");
  }

  static ImageException missing() {
    return new ImageException(Kind.IMAGE_MISSING, "The image has no bytes", null);
  }

  static ImageException corrupt(String format, Object... values) {
    return new ImageException(Kind.IMAGE_CORRUPT, String.format(Locale.ROOT, format, values), null);
  }

  static ImageException corrupt(ImageFormat format, Throwable cause) {
    String message = String.format(Locale.ROOT, "%s cannot be decoded: %s", format, oneLine(cause));
    return new ImageException(Kind.IMAGE_CORRUPT, message, cause);
  }

  static ImageException tooLarge(String format, Object... values) {
    return new ImageException(
        Kind.IMAGE_TOO_LARGE, String.format(Locale.ROOT, format, values), null);
  }

  static ImageException unsupported(String format, Object... values) {
    return new ImageException(
        Kind.IMAGE_UNSUPPORTED, String.format(Locale.ROOT, format, values), null);
  }

  private static String oneLine(Throwable cause) {
    String message = cause.getMessage();
    return message == null
        ? cause.getClass().getSimpleName()
        : message.lines().findFirst().orElse("");
  }

  /** What is wrong with the image; {@link #getMessage()} does not repeat it. */
  public Kind kind() {
    return kind;
  }
}
