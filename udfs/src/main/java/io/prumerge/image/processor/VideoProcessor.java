package io.prumerge.image.processor;

import io.prumerge.image.PixelBytes;
import io.prumerge.image.Resolution;
import io.prumerge.image.ViewGrid;
import io.prumerge.image.codec.ImageException;
import io.prumerge.image.codec.RgbImage;

/**
 * Makes the pixels that a vision tower takes of a video's frames, one after the other.
 * Implementations are thread-safe.
 */
public interface VideoProcessor {

  /**
   * Refuses a video that the model does not take, whatever its frames show.
   *
   * @throws ImageException saying what may be their size or number
   */
  default void requireTaken(ViewGrid video) throws ImageException {}

  /**
   * Returns the size to which each frame is brought.
   *
   * @param video whose frames are taken
   */
  Resolution size(ViewGrid video);

  /**
   * Returns the pixels of one frame, of the size that {@link #size} says.
   *
   * @param frame of the size that the video's have
   */
  PixelBytes bytes(RgbImage frame, ViewGrid video);
}
