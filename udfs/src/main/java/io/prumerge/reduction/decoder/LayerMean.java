package io.prumerge.reduction.decoder;

import io.prumerge.reduction.LayerCut;
import io.prumerge.reduction.ReductionException;
import java.util.List;
import java.util.Locale;
import java.util.function.IntFunction;

/**
 * A budget: the mean number of visual tokens over the decoder's layers. (Papers that compare
 * methods at so many tokens do not all say whether they mean this or what is kept at last.)
 *
 * @param tokens the mean that is wanted
 */
record LayerMean(int tokens) {

  /**
   * The cuts whose mean is closest.
   *
   * @param all tokens that the decoder receives
   * @param layers of the decoder
   * @param knob the method's cuts for each number from 0 to {@code all}; the mean rises with it
   * @throws ReductionException if the least of these cuts leave more, or the most leave less
   */
  List<LayerCut> cuts(int all, int layers, IntFunction<List<LayerCut>> knob) {
    List<LayerCut> best = knob.apply(0);
    if (best.stream().anyMatch(cut -> cut.layer() >= layers)) {
      return best; // refused for that, whatever the mean
    }
    double least = mean(best, all, layers);
    double most = mean(knob.apply(all), all, layers);
    if (tokens < least - 0.5 || tokens > most + 0.5) {
      throw new ReductionException(
          String.format(
              Locale.ROOT,
              "Cannot have %d visual tokens in a layer on average: this method can have from %.1f to %.1f; name another number or earlier layers",
              tokens,
              least,
              most));
    }
    double distance = Math.abs(least - tokens);
    for (int k = 1; k <= all; k++) {
      List<LayerCut> cuts = knob.apply(k);
      double next = Math.abs(mean(cuts, all, layers) - tokens);
      if (next < distance) {
        distance = next;
        best = cuts;
      }
    }
    return best;
  }

  private static double mean(List<LayerCut> cuts, int all, int layers) {
    long total = 0;
    int left = all;
    int from = 0;
    for (LayerCut cut : cuts) {
      total += (long) left * (cut.layer() - from);
      left = cut.count(left);
      from = cut.layer();
    }
    return (total + (long) left * (layers - from)) / (double) layers;
  }
}
