package io.prumerge.model.connector;

import io.prumerge.image.PatchGrid;
import java.util.List;

/**
 * All tokens of a picture or video in a sequence where a position has parts: time, row and column.
 *
 * @param view rows and columns of each view's tokens
 * @param times of each view, from the image's first position on, never falling; that of a picture
 *     is 0
 */
public record VisualGrid(PatchGrid view, List<Integer> times) {

  public VisualGrid {
    times = List.copyOf(times);
  }

  /** Returns a picture's. */
  public static VisualGrid of(PatchGrid picture) {
    return new VisualGrid(picture, List.of(0));
  }

  /** Returns the number of tokens. */
  public int tokens() {
    return times.size() * view.patches();
  }

  /** Returns the number of positions from the first one to the largest part of any. */
  public int length() {
    return Math.max(times.get(times.size() - 1) + 1, Math.max(view.rows(), view.cols()));
  }
}
