package io.prumerge.plan;

/**
 * The size of the planned images that have it.
 *
 * @param width in pixels; 0 where it is not known
 * @param height likewise
 * @param images of one prompt, of which the size is the first one's
 * @param frames of a video, all of which have the size; 0 of images
 * @param rows of the examples
 */
record PlannedSize(int width, int height, int images, int frames, long rows) {

  /** Creates a size of images. */
  PlannedSize(int width, int height, int images, long rows) {
    this(width, height, images, 0, rows);
  }
}
