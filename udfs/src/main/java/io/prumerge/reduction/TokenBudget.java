package io.prumerge.reduction;

import java.util.Locale;

/**
 * How many tokens a method leaves of every image, {@code tokens=N}. Another {@link Budget} gives a
 * number image by image.
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
   * Returns the tokens to keep of this view, from 1 to its patches. Each of an image's views keeps
   * an equal part, rounded down, as in the code of HiPrune and SCOPE; views of unequal size keep
   * parts by their patches.
   *
   * @throws ReductionException if the views have fewer patches than demanded, or are more
   */
  public int tokens(PatchTokens patches) {
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
              "Cannot keep %d tokens: the image has %d patches; give tokens=%d or fewer",
              count,
              most,
              most));
    }
    if (count < views) {
      throw new ReductionException(
          String.format(
              Locale.ROOT,
              "Cannot keep %d tokens: the image has %d views, each of which keeps at least one;"
                  + " give tokens=%d or more",
              count,
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
