package io.prumerge.image.codec;

/** What a format's file says before its pixels. */
interface ImageHeader {

  ImageInfo info();

  /** Throws what the structure of the file, or of its beginning, tells of its decoding. */
  default void check(ImageBytes file) throws ImageException {}

  /**
   * Throws what decoding would throw of a file that ends before its last pixel. A file whose
   * structure reaches its end is not decoded; any other only as far as that takes.
   */
  void checkEnd(ImageBytes file) throws ImageException;

  /** Returns the pixels of the file that this header was read from. */
  RgbImage decode(ImageBytes file) throws ImageException;
}
