package io.prumerge.image;

/** The pixels of one view of a picture: the values that a tower takes, or what they are made of. */
public sealed interface ViewPixels permits PixelBytes, PixelFloats {

  /** Returns normalised values, 3 x height x width, red first. */
  float[] values();
}
