package io.prumerge.config;

import io.prumerge.architecture.PooledFrames;
import io.prumerge.image.FrameTimes;
import io.prumerge.image.SeenFrames;
import io.prumerge.image.ViewGrid;
import io.prumerge.image.size.FrameSize;
import io.prumerge.lang.Text;
import io.prumerge.text.VideoText;
import java.util.Optional;

/**
 * How a model takes videos.
 *
 * @param text of a video in a prompt
 * @param pooled how its frames are pooled behind the connector; empty where each view has the
 *     tokens that the tower makes of it
 * @param framesOfView how many frames the tower takes at once: 1 or 2
 * @param size of frames that keep about their own; empty where all become squares
 * @param times of a video's views in positions of three parts
 */
public record VideoConfig(
    VideoText text,
    Optional<PooledFrames> pooled,
    int framesOfView,
    Optional<FrameSize> size,
    ViewTimes times) {

  /** Each frame a view of one size. */
  public VideoConfig(VideoText text, Optional<PooledFrames> pooled) {
    this(text, pooled, 1, Optional.empty(), new CountedTimes());
  }

  public VideoConfig {
    if (text.tokenId() < 0) {
      throw new CheckpointException("video_token_index " + text.tokenId() + " is below 0");
    }
    if (framesOfView < 1 || framesOfView > 2) {
      throw new CheckpointException(
          Text.format("vision temporal_patch_size must be 1 or 2, not %d", framesOfView));
    }
  }

  /** Returns these videos with frames of another size. */
  VideoConfig withSize(Optional<FrameSize> other) {
    return new VideoConfig(text, pooled, framesOfView, other, times);
  }

  /** Returns these videos with times by another rule; empty where they are in no seconds. */
  Optional<VideoConfig> timed(TimeRule rule) {
    return times instanceof TimesInSeconds seconds
        ? Optional.of(new VideoConfig(text, pooled, framesOfView, size, seconds.by(rule)))
        : Optional.empty();
  }

  /**
   * Returns the views of a video all of whose frames are seen.
   *
   * @param width of each frame, in pixels
   * @param height of each frame
   * @param frames at least 1
   */
  public ViewGrid grid(int width, int height, int frames, FrameTimes when) {
    return ViewGrid.video(width, height, new SeenFrames(frames, framesOfView, when));
  }
}
