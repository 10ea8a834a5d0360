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

  /**
   * Returns one view's equal part of a number; the first views have the remainder.
   *
   * @param view from {@link #first} to before {@link #end}
   */
  public int part(int all, int view) {
    return all / count + (view - first < all % count ? 1 : 0);
  }
}
