package io.prumerge.image;

import java.util.List;

/** The pixels of one view of a picture: the values that a tower takes, or what they are made of. */
public sealed interface ViewPixels permits PixelBytes, PixelFloats, FramePair {

  /** Returns normalised values, 3 x height x width, red first; of several moments, each's. */
  float[] values();

  /**
   * Returns what the tower takes at once: of a video it may be two frames, one after the other. A
   * picture is one moment, and so is a frame that stands twice: a tower that takes two then has the
   * same in both.
   */
  default List<ViewPixels> moments() {
    return List.of(this);
  }
}
