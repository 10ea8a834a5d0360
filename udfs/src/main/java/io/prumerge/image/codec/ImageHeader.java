package io.prumerge.image.codec;

/** What a format's file says before its pixels. */
interface ImageHeader {

  ImageInfo info();

  /** Throws what the file's structure tells of its decoding; decodes nothing. */
  default void check(ImageBytes file) throws ImageException {}

  /** Returns the pixels of the file that this header was read from. */
  RgbImage decode(ImageBytes file) throws ImageException;
}
