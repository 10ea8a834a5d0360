package io.prumerge.video;

/** What a video may have at most, since a row of the examples table holds its frames. */
public final class VideoLimits {

  /** Frames that all protocols together may choose of one clip. */
  public static final int MOST_FRAMES = 1024;

  /** Bytes of these frames. */
  public static final long MOST_BYTES = 1L << 30;

  /** Files in a folder of frames: more than 4 hours at 60 a second. */
  static final int MOST_FILES = 1_000_000;

  private VideoLimits() {}
}
