package io.prumerge.reduction.tower;

import io.prumerge.reduction.Parameters;
import io.prumerge.reduction.PatchTokens;
import io.prumerge.reduction.ReductionException;
import io.prumerge.reduction.TokenBudget;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalInt;
import java.util.SortedMap;
import java.util.TreeMap;

/** How many of VisionZip's tokens are dominant, and how many contextual. */
sealed interface VisionZipSplit {

  String DOMINANT = "dominant";
  String CONTEXTUAL = "contextual";
  List<String> KEYS = List.of(CONTEXTUAL, DOMINANT, TokenBudget.KEY);

  /**
   * The tokens of one image.
   *
   * @param dominant at least 1: the class token
   * @param contextual at most as many as patches are left
   */
  record Parts(int dominant, int contextual) {}

  /**
   * Returns the parts for one image.
   *
   * @throws ReductionException if the image has too few patches
   */
  Parts parts(PatchTokens patches);

  /** Canonical parameters. */
  SortedMap<String, String> parameters();

  /** Either {@code tokens}, or {@code dominant} and {@code contextual}. */
  static VisionZipSplit of(Parameters parameters) {
    OptionalInt dominant = parameters.count(DOMINANT);
    OptionalInt contextual = parameters.count(CONTEXTUAL);
    boolean tokens = parameters.text(TokenBudget.KEY).isPresent();
    if (dominant.isPresent() != contextual.isPresent() || dominant.isPresent() == tokens) {
      throw parameters.refusal(
          "give either tokens=N or tokens=@METHOD, or both dominant and contextual");
    }
    return tokens
        ? new Together(TokenBudget.of(parameters))
        : new Given(dominant.getAsInt(), contextual.getAsInt());
  }

  /** The authors' split of a number of tokens: 162 + 30, 108 + 20, 54 + 10. */
  record Together(TokenBudget budget) implements VisionZipSplit {

    private static final int CONTEXTUAL_SHARE = 5;
    private static final int OF_TOKENS = 32;

    @Override
    public Parts parts(PatchTokens patches) {
      int tokens = budget.tokens(patches);
      int contextual = (int) ((long) tokens * CONTEXTUAL_SHARE / OF_TOKENS);
      return new Parts(tokens - contextual, contextual);
    }

    @Override
    public SortedMap<String, String> parameters() {
      return new TreeMap<>(Map.of(TokenBudget.KEY, budget.value()));
    }
  }

  /** The same parts for every image. */
  record Given(int dominant, int contextual) implements VisionZipSplit {

    @Override
    public Parts parts(PatchTokens patches) {
      int left = patches.count() - (dominant - 1);
      if (left < 0) {
        throw new ReductionException(
            String.format(
                Locale.ROOT,
                "Cannot keep %d dominant tokens: the image has a class token and %d patches; give dominant=%d or fewer",
                dominant,
                patches.count(),
                patches.count() + 1));
      }
      return new Parts(dominant, Math.min(contextual, left));
    }

    @Override
    public SortedMap<String, String> parameters() {
      return new TreeMap<>(
          Map.of(CONTEXTUAL, Integer.toString(contextual), DOMINANT, Integer.toString(dominant)));
    }
  }
}
