package io.prumerge.reduction.decoder;

import io.prumerge.reduction.ReductionException;
import java.util.Locale;
import java.util.function.IntFunction;
import java.util.stream.IntStream;

/**
 * A budget: the mean number of visual tokens over the decoder's layers.
 *
 * @param tokens the mean that is wanted
 */
record LayerMean(int tokens) {

  /**
   * Tokens that go on from one layer, so that the mean is as close as it can be. (PyramidDrop's,
   * FastV's and others' authors leave open which count a table means.)
   *
   * @param layer from which they go on
   * @param all tokens in the layers before it
   * @param layers of the decoder
   * @throws ReductionException if the layers before the cut alone are more, or all tokens are less
   */
  int from(int layer, int all, int layers) {
    double rest = ((double) tokens * layers - (double) layer * all) / (layers - layer);
    int count = (int) Math.rint(rest);
    if (count < 0 || count > all) {
      throw refusal(layer * (double) all / layers, all);
    }
    return count;
  }

  /**
   * The knob whose mean is closest, the smallest of several.
   *
   * @param all tokens that the decoder receives; the knob is a number of at most so many
   * @param means the mean of each knob, which rises with it
   */
  int knob(int all, IntFunction<Double> means) {
    if (tokens < means.apply(0) - 0.5 || tokens > all) {
      throw refusal(means.apply(0), all);
    }
    return IntStream.rangeClosed(0, all)
        .boxed()
        .min((a, b) -> Double.compare(far(means.apply(a)), far(means.apply(b))))
        .orElseThrow();
  }

  private double far(double mean) {
    return Math.abs(mean - tokens);
  }

  private ReductionException refusal(double least, int most) {
    return new ReductionException(
        String.format(
            Locale.ROOT,
            "Cannot have %d visual tokens in a layer on average: this method can have from %.1f to %d; name another number or earlier layers",
            tokens,
            least,
            most));
  }
}
