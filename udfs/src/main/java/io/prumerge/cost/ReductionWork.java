package io.prumerge.cost;

import io.prumerge.reduction.Reduction;
import io.prumerge.reduction.TokenReducer;
import java.util.Locale;

/**
 * The work of a reduction method on one image: the quantities that its cost depends on.
 *
 * @param scored whether the method itself needs the CLS attention; if not, it costs nothing
 * @param kept tokens without the summary token
 * @param neighbours patches merged into each kept one, as used; 0 = none
 * @param summary whether a summary token was made
 */
public record ReductionWork(boolean scored, int kept, int neighbours, boolean summary) {

  /** Scoring alone, which the methods that run on one image share. */
  public static final ReductionWork SCORES_ONLY = new ReductionWork(true, 0, 0, false);

  public ReductionWork {
    if (kept < 0 || neighbours < 0) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "Cannot count a reduction that keeps %d tokens and merges %d neighbours: negative",
              kept,
              neighbours));
    }
  }

  /** The work of one reduction. */
  public static ReductionWork of(TokenReducer reducer, Reduction reduction) {
    int summaries = reduction.summary() ? 1 : 0;
    return new ReductionWork(
        reducer.scored(),
        reduction.tokens() - summaries,
        reduction.neighbours(),
        reduction.summary());
  }

  /** Visual tokens that the language model receives. */
  public int tokens() {
    return kept + (summary ? 1 : 0);
  }
}
