package io.prumerge.image;

/**
 * The views of one image.
 *
 * @param first the view of the whole image
 * @param count of all its views
 */
public record ViewSpan(int first, int count) {

  /** Returns the view after the last one. */
  public int end() {
    return first + count;
  }
}
