package io.prumerge.image.codec;

/** What is wrong with an image. */
public enum ImageErrorKind {
  /** There are no bytes. */
  IMAGE_MISSING,
  /** The file breaks its format's rules or ends early. */
  IMAGE_CORRUPT,
  /** The header states more than {@link ImageLimits} allows. */
  IMAGE_TOO_LARGE,
  /** An unsupported format, an unsupported variant of one, or more images than a model takes. */
  IMAGE_UNSUPPORTED,
  /** A JPEG that this Java's decoder turns into other pixels than Pillow. */
  IMAGE_INEXACT,
  /** A video before a model, or in a place, that takes none; or one whose frames differ in size. */
  VIDEO_UNSUPPORTED
}
