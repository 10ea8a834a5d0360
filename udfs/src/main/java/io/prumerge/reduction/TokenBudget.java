package io.prumerge.reduction;

import java.util.Locale;

/**
 * How many tokens a method leaves of every image, {@code tokens=N}. Another {@link Budget} gives a
 * number image by image.
 */
public record TokenBudget(int count) {

  /** The parameter's key. */
  public static final String KEY = "tokens";

  /** {@code tokens=N}, which must be given. */
  public static TokenBudget of(Parameters parameters) {
    return new TokenBudget(
        parameters
            .count(KEY)
            .orElseThrow(() -> parameters.refusal("give tokens=N or tokens=@METHOD")));
  }

  /**
   * Tokens to keep, from 1 to the image's patches.
   *
   * @throws ReductionException if the image has fewer patches than demanded
   */
  public int tokens(PatchTokens patches) {
    if (count > patches.count()) {
      throw new ReductionException(
          String.format(
              Locale.ROOT,
              "Cannot keep %d tokens: the image has %d patches; give tokens=%d or fewer",
              count,
              patches.count(),
              patches.count()));
    }
    return count;
  }

  /** The parameter's canonical value. */
  public String value() {
    return Integer.toString(count);
  }
}
