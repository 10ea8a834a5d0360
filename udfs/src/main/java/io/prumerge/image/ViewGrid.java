package io.prumerge.image;

import io.prumerge.lang.Text;
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
 * @param frames that are seen of a video; empty for a picture
 * @param copied size of the picture of which this is a smaller copy; empty for no copy
 */
public record ViewGrid(
    int width,
    int height,
    int rows,
    int cols,
    Optional<PictureLimit.OfTokens> limit,
    Optional<SeenFrames> frames,
    Optional<Resolution> copied) {

  /** An image that is seen whole only, where its size changes nothing. */
  public static final ViewGrid ONE_VIEW = whole(1, 1);

  /** A picture. */
  public ViewGrid(
      int width, int height, int rows, int cols, Optional<PictureLimit.OfTokens> limit) {
    this(width, height, rows, cols, limit, Optional.empty(), Optional.empty());
  }

  /** A picture within the model's bounds. */
  public ViewGrid(int width, int height, int rows, int cols) {
    this(width, height, rows, cols, Optional.empty());
  }

  public ViewGrid {
    if (width < 1 || height < 1 || rows < 0 || cols < 0 || (rows == 0) != (cols == 0)) {
      throw new IllegalArgumentException(
          Text.format("No grid of %d x %d tiles over %dx%d pixels", rows, cols, width, height));
    }
    if (frames.isPresent() && rows > 0) {
      throw new IllegalArgumentException(
          Text.format(
              "No video has %d views in time, of %d x %d tiles each",
              frames.get().views(), rows, cols));
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
   */
  public static ViewGrid video(int width, int height, SeenFrames frames) {
    return new ViewGrid(
        width, height, 0, 0, Optional.empty(), Optional.of(frames), Optional.empty());
  }

  /**
   * Returns a video each of whose frames is a view.
   *
   * @param frames at least 1; nobody says when they are
   */
  public static ViewGrid video(int width, int height, int frames) {
    return video(width, height, new SeenFrames(frames, 1, FrameTimes.UNKNOWN));
  }

  /**
   * Returns an image that covers a grid of tiles; a grid of one tile shows what the whole view
   * does, so it is left out.
   */
  public static ViewGrid covered(int width, int height, int rows, int cols) {
    return rows * cols == 1 ? whole(width, height) : new ViewGrid(width, height, rows, cols);
  }

  /** Returns this image where less is seen of it. */
  public ViewGrid within(PictureLimit.OfTokens other) {
    return new ViewGrid(width, height, rows, cols, Optional.of(other), frames, copied);
  }

  /** Returns this image as a smaller copy of a picture; itself if it is as large. */
  public ViewGrid copyOf(int pictureWidth, int pictureHeight) {
    return pictureWidth == width && pictureHeight == height
        ? this
        : new ViewGrid(
            width,
            height,
            rows,
            cols,
            limit,
            frames,
            Optional.of(new Resolution(pictureHeight, pictureWidth)));
  }

  /** Returns the size of the picture, of which this may be a smaller copy. */
  public Resolution picture() {
    return copied.orElseGet(() -> new Resolution(height, width));
  }

  /**
   * Returns this video where so many of its chosen frames are seen.
   *
   * @param seen from 1 to {@link SeenFrames#chosen}
   */
  public ViewGrid ofFrames(int seen) {
    return new ViewGrid(
        width, height, rows, cols, limit, Optional.of(seenFrames().of(seen)), copied);
  }

  /** Returns the frames that are seen, of an image that is a video. */
  public SeenFrames seenFrames() {
    return frames.orElseThrow(
        () -> new IllegalArgumentException("No picture has frames, such as " + this));
  }

  /** Returns whether it is a video. */
  public boolean isVideo() {
    return frames.isPresent();
  }

  public int tiles() {
    return rows * cols;
  }

  /** Returns the views of a video; else the view of the whole image, and the tiles. */
  public int views() {
    return frames.map(SeenFrames::views).orElse(1 + tiles());
  }

  /** Returns the times of the frames that are seen; unknown for a picture. */
  public FrameTimes times() {
    return frames.map(SeenFrames::times).orElse(FrameTimes.UNKNOWN);
  }
}
