package io.prumerge.reduction;

import java.util.Locale;

/**
 * How many tokens a method leaves of every image or video, {@code tokens=N}. Another {@link Budget}
 * gives a number image by image.
 *
 * <p>The number is that of all views together: those of an image in tiles, of a video, or of a
 * prompt's several images. Each view keeps an equal part. What is left over of an image is lost, as
 * in the code of HiPrune and SCOPE; of a video the first views keep one token more, so that it has
 * N. Learned rows that stay under every method ({@link PatchTokens#staying}) are not counted.
 */
public record TokenBudget(int count) {

  /** The parameter's key. */
  public static final String KEY = "tokens";

  /** Reads {@code tokens=N}, which must be given. */
  public static TokenBudget of(Parameters parameters) {
    return new TokenBudget(
        parameters
            .count(KEY)
            .orElseThrow(() -> parameters.refusal("give tokens=N or tokens=@METHOD")));
  }

  /**
   * Returns the tokens to keep of this view, from 1 to its patches: an equal part. Views of unequal
   * size keep parts by their patches.
   *
   * @throws ReductionException if the views have fewer patches than demanded, or are more
   */
  public int tokens(PatchTokens patches) {
    if (patches.ofVideo()) {
      int views = patches.ownViews().count();
      int place = patches.view() - patches.ownViews().first();
      int all = ofImage(patches);
      return all / views + (place < all % views ? 1 : 0);
    }
    long all = patches(patches);
    return Math.max(1, (int) ((long) total(patches) * patches.count() / all));
  }

  /**
   * Returns the tokens to keep of all views.
   *
   * @throws ReductionException as {@link #tokens}
   */
  public int total(PatchTokens patches) {
    int views = patches.views().size();
    long most = patches(patches);
    if (count > most) {
      throw new ReductionException(
          String.format(
              Locale.ROOT,
              "Cannot keep %d tokens: the %s has %d patches; give tokens=%d or fewer",
              count,
              patches.ofVideo() ? "video" : "image",
              most,
              most));
    }
    if (count < views) {
      throw new ReductionException(
          String.format(
              Locale.ROOT,
              "Cannot keep %d tokens: the %s has %d views, each of which keeps at least one;"
                  + " give tokens=%d or more",
              count,
              patches.ofVideo() ? "video" : "image",
              views,
              views));
    }
    return count;
  }

  /**
   * Returns the tokens to keep of this view's image: of several images, its part by its number of
   * views, rounded down.
   *
   * @throws ReductionException as {@link #tokens}
   */
  public int ofImage(PatchTokens patches) {
    return (int) ((long) total(patches) * patches.ownViews().count() / patches.views().size());
  }

  private static long patches(PatchTokens image) {
    return image.views().stream().mapToLong(PatchTokens::count).sum();
  }

  /** Returns the parameter's canonical value. */
  public String value() {
    return Integer.toString(count);
  }
}
