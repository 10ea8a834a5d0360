package io.prumerge.reduction.run;

import io.prumerge.lang.Text;
import io.prumerge.reduction.KeptTokens;
import io.prumerge.reduction.LayerCut;
import io.prumerge.reduction.ReductionException;
import io.prumerge.reduction.SeenTokens;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * A cut's own rule, which may be a stranger's: whatever it does, a pass goes on, and only those it
 * chose for have no answer.
 *
 * @param cut the cut
 * @param before tokens that reach it
 * @param count tokens that are to go on
 * @param onlyTokens whether sums of tokens cannot go on, as they have no rows in earlier layers
 */
public record CutRule(LayerCut cut, int before, int count, boolean onlyTokens) {

  /** Applies it to what it sees. */
  public CutResult keep(SeenTokens seen) {
    try {
      KeptTokens kept = cut.keep(seen);
      if (kept == null) {
        throw new ReductionException("the method gave nothing");
      }
      kept.check(before, count, cut.adaptive());
      if (onlyTokens && kept.sums(before) > 0) {
        throw new ReductionException(
            "a sum of tokens has no row in the layers before, from whose caches rows are dropped");
      }
      return new CutResult(kept, Optional.empty());
    } catch (ReductionException e) {
      return failed(e.getMessage());
    } catch (RuntimeException | LinkageError e) {
      return failed("the method failed with " + e);
    }
  }

  private CutResult failed(String why) {
    String message = Text.format("Cannot cut before layer %d: %s", cut.layer(), why);
    int[] first = IntStream.range(0, count).toArray();
    return new CutResult(KeptTokens.of(first), Optional.of(message));
  }
}
