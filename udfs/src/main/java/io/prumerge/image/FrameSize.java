package io.prumerge.image;

/** The size that the frames of videos get which keep about their own. */
public interface FrameSize {

  /** Returns what each side is a multiple of: patches that become one token. */
  int multiple();

  /** Returns whether frames of this size are not too long. */
  boolean takes(int frameWidth, int frameHeight);

  /**
   * Returns the size of each frame.
   *
   * @param video whose frames are not too long
   */
  Resolution of(ViewGrid video);

  /** Returns the multiples along the sides of a frame: a token is made of each, in every view. */
  default PatchGrid grid(ViewGrid video) {
    Resolution size = of(video);
    return new PatchGrid(size.height() / multiple(), size.width() / multiple());
  }

  /**
   * Returns the size within a user's bounds, as transformers gives them to a model's image and
   * video processor alike.
   *
   * @param bounds without a square
   * @throws IllegalArgumentException if the fewest pixels are more than the most
   */
  FrameSize within(ImageBounds bounds);
}
