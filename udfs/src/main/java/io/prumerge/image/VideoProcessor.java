package io.prumerge.image;

/**
 * Makes the pixels that a vision tower takes of a video's frames, one after the other.
 * Implementations are thread-safe.
 */
public interface VideoProcessor {

  /**
   * Returns the views of a video.
   *
   * @param frameWidth of each frame, in pixels
   * @param frameHeight of each frame
   * @param frames at least 1
   * @throws ImageException if the model takes no frames of this size, or not so many
   */
  ViewGrid grid(int frameWidth, int frameHeight, int frames) throws ImageException;

  /**
   * Returns the size to which each frame is brought.
   *
   * @param video of {@link #grid}
   */
  Resolution size(ViewGrid video);

  /**
   * Returns the pixels of one frame, of the size that {@link #size} says.
   *
   * @param frame of the size that the grid was asked for
   * @param video of {@link #grid}
   */
  PixelBytes bytes(RgbImage frame, ViewGrid video);
}
