package io.prumerge.image;

import java.util.List;

/**
 * The pixels of two frames of a video that a tower takes as one view.
 *
 * @param first of the two, in time
 * @param second of the same size
 */
public record FramePair(PixelBytes first, PixelBytes second) implements ViewPixels {

  /** Returns the view of a frame and the one after it, which is the same one behind the last. */
  public static ViewPixels of(PixelBytes first, PixelBytes second) {
    return first == second ? first : new FramePair(first, second);
  }

  @Override
  public List<ViewPixels> moments() {
    return List.of(first, second);
  }

  @Override
  public float[] values() {
    float[] before = first.values();
    float[] all = new float[2 * before.length];
    System.arraycopy(before, 0, all, 0, before.length);
    System.arraycopy(second.values(), 0, all, before.length, before.length);
    return all;
  }
}
