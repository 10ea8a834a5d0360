package io.prumerge.image;

import java.util.Locale;
import java.util.Objects;
import java.util.Optional;

/**
 * The views of one image: the whole of it, and, for models that look closer, a grid of tiles; or
 * those of a video, which follow each other in time.
 *
 * @param width of the decoded image, or of each frame, in pixels
 * @param height of the decoded image, or of each frame
 * @param rows of tiles; 0 without tiles
 * @param cols tiles in a row; 0 without tiles
 * @param limit of what is seen of an image that keeps its own size, below the model's bounds
 * @param timeSteps views of a video; 0 for a picture
 * @param allTimeSteps views that the video has where no method takes fewer frames
 * @param times of the frames that are seen; unknown for a picture
 */
public record ViewGrid(
    int width,
    int height,
    int rows,
    int cols,
    Optional<PictureLimit.OfTokens> limit,
    int timeSteps,
    int allTimeSteps,
    FrameTimes times) {

  /** An image that is seen whole only, where its size changes nothing. */
  public static final ViewGrid ONE_VIEW = whole(1, 1);

  /** A picture. */
  public ViewGrid(
      int width, int height, int rows, int cols, Optional<PictureLimit.OfTokens> limit) {
    this(width, height, rows, cols, limit, 0);
  }

  /** A picture within the model's bounds. */
  public ViewGrid(int width, int height, int rows, int cols) {
    this(width, height, rows, cols, Optional.empty());
  }

  /** An image, or a video of which all views are seen. */
  public ViewGrid(
      int width,
      int height,
      int rows,
      int cols,
      Optional<PictureLimit.OfTokens> limit,
      int timeSteps) {
    this(width, height, rows, cols, limit, timeSteps, timeSteps);
  }

  /** An image, or a video of whose frames nobody says when they are. */
  public ViewGrid(
      int width,
      int height,
      int rows,
      int cols,
      Optional<PictureLimit.OfTokens> limit,
      int timeSteps,
      int allTimeSteps) {
    this(width, height, rows, cols, limit, timeSteps, allTimeSteps, FrameTimes.UNKNOWN);
  }

  public ViewGrid {
    Objects.requireNonNull(limit, "limit is null");
    Objects.requireNonNull(times, "times is null");
    if (width < 1 || height < 1 || rows < 0 || cols < 0 || (rows == 0) != (cols == 0)) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "No grid of %d x %d tiles over %dx%d pixels",
              rows,
              cols,
              width,
              height));
    }
    if (timeSteps < 0 || (timeSteps > 0 && rows > 0)) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "No video has %d views in time, of %d x %d tiles each",
              timeSteps,
              rows,
              cols));
    }
    if (allTimeSteps < timeSteps || (allTimeSteps > 0 && timeSteps == 0)) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT, "No %d of %d views in time are seen", timeSteps, allTimeSteps));
    }
  }

  /** Returns an image that is seen whole only. */
  public static ViewGrid whole(int width, int height) {
    return new ViewGrid(width, height, 0, 0);
  }

  /**
   * Returns a video.
   *
   * @param width of each frame, in pixels
   * @param height of each frame
   * @param timeSteps its views, at least 1
   */
  public static ViewGrid video(int width, int height, int timeSteps) {
    if (timeSteps < 1) {
      throw new IllegalArgumentException("No video has " + timeSteps + " views in time");
    }
    return new ViewGrid(width, height, 0, 0, Optional.empty(), timeSteps);
  }

  /**
   * Returns an image that covers a grid of tiles; a grid of one tile shows what the whole view
   * does, so it is left out.
   */
  static ViewGrid covered(int width, int height, int rows, int cols) {
    return rows * cols == 1 ? whole(width, height) : new ViewGrid(width, height, rows, cols);
  }

  /** Returns this image where less is seen of it. */
  ViewGrid within(PictureLimit.OfTokens other) {
    return new ViewGrid(
        width, height, rows, cols, Optional.of(other), timeSteps, allTimeSteps, times);
  }

  /**
   * Returns this video where so many views are seen of it.
   *
   * @param seen from 1 to {@link #allTimeSteps}
   */
  public ViewGrid ofSteps(int seen) {
    if (seen < 1) {
      throw new IllegalArgumentException("No video has " + seen + " views in time");
    }
    return new ViewGrid(width, height, rows, cols, limit, seen, allTimeSteps, times);
  }

  /** Returns this video with the times of the frames that are seen. */
  public ViewGrid at(FrameTimes seen) {
    return new ViewGrid(width, height, rows, cols, limit, timeSteps, allTimeSteps, seen);
  }

  /** Returns whether it is a video. */
  public boolean isVideo() {
    return timeSteps > 0;
  }

  public int tiles() {
    return rows * cols;
  }

  /** Returns the views of a video; else the view of the whole image, and the tiles. */
  public int views() {
    return isVideo() ? timeSteps : 1 + tiles();
  }
}
