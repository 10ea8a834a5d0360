package io.prumerge.reduction.tower;

import io.prumerge.lang.Text;
import io.prumerge.reduction.MethodSpec;
import io.prumerge.reduction.Parameter;
import io.prumerge.reduction.PatchTokens;
import io.prumerge.reduction.ReductionException;

/** The key that says whether a method takes a video's frames one by one or all at once. */
final class OverKey {

  /** Whether it takes all frames together. */
  static final Parameter<Boolean> VIDEO = Parameter.either("over", "frame", "video");

  /** The cosines of the pairs of so many patches are 256 MiB. */
  private static final int MOST_PATCHES = 8192;

  private OverKey() {}

  /**
   * Returns the number of patches of all frames of a view's video.
   *
   * @throws ReductionException if they are too many to compare each with each
   */
  static int patches(MethodSpec method, PatchTokens view) {
    long patches = (long) view.ownViews().count() * view.count();
    if (patches > MOST_PATCHES) {
      throw new ReductionException(
          Text.format(
              "Cannot compare all %d patches of a video with each other, as %s does: at most %d;"
                  + " choose fewer frames, or leave over=video out",
              patches, method, MOST_PATCHES));
    }
    return (int) patches;
  }
}
