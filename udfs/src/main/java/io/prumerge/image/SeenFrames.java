package io.prumerge.image;

import io.prumerge.lang.Text;

/**
 * The frames of a video that a model sees, and how many of them the tower takes at once: one view.
 *
 * @param count of the frames that are seen, at least 1
 * @param chosen frames of the video, of which a method may take fewer
 * @param ofView frames of a view; where they do not fill the last one, the last frame stands in it
 *     more than once
 * @param timesOfChosen of all chosen frames
 */
public record SeenFrames(int count, int chosen, int ofView, FrameTimes timesOfChosen) {

  public SeenFrames {
    if (count < 1 || chosen < count || ofView < 1) {
      throw new IllegalArgumentException(
          Text.format(
              "No %d of a video's %d frames are seen, %d in a view", count, chosen, ofView));
    }
    timesOfChosen.requireFor(chosen);
  }

  /** All frames of a video. */
  public SeenFrames(int chosen, int ofView, FrameTimes times) {
    this(chosen, chosen, ofView, times);
  }

  /** Returns this video where so many of its chosen frames are seen. */
  SeenFrames of(int seen) {
    return new SeenFrames(seen, chosen, ofView, timesOfChosen);
  }

  /** Returns the number of views. */
  public int views() {
    return (count + ofView - 1) / ofView;
  }

  /** Returns which of the chosen frames are seen, from 0, rising. */
  public int[] places() {
    return PictureLimit.OfFrames.places(count, chosen);
  }

  /** Returns the times of the frames that are seen. */
  public FrameTimes times() {
    return timesOfChosen.of(places(), chosen);
  }
}
