package io.prumerge.explain;

import java.util.List;
import java.util.TreeMap;

/**
 * A histogram of scores with bins of equal width on a logarithmic axis. The outlier threshold is an
 * edge of a bin, so no bin mixes outliers with others.
 *
 * @param fence the outlier threshold; scores above it are in bins from 0 on
 * @param ratio upper edge / lower edge of a bin
 * @param counts by bin, empty ones included
 */
record Bins(double fence, double ratio, TreeMap<Integer, Integer> counts) {

  /** Approximate number of bins between the smallest and the largest score. */
  private static final int CLASSES = 36;

  /** The ratio if all scores are equal. */
  private static final double ANY_RATIO = 1.1;

  static Bins of(List<Float> scores, double fence) {
    ColourScale scale = ColourScale.of(scores);
    double border = fence > 0 ? fence : scale.low();
    double ratio =
        scale.high() > scale.low()
            ? Math.pow(scale.high() / scale.low(), 1.0 / CLASSES)
            : ANY_RATIO;
    TreeMap<Integer, Integer> counts = new TreeMap<>();
    for (float score : scores) {
      double place = Math.log(Math.max(score, scale.low()) / border) / Math.log(ratio);
      int above = (int) Math.ceil(place) - 1; // a border belongs to the class below
      counts.merge(score > fence ? Math.max(0, above) : Math.min(-1, above), 1, Integer::sum);
    }
    for (int bin = counts.firstKey(); bin < counts.lastKey(); bin++) {
      counts.putIfAbsent(bin, 0);
    }
    return new Bins(border, ratio, counts);
  }

  /** Returns the lower edge of a bin. */
  double border(int bin) {
    return fence * Math.pow(ratio, bin);
  }

  int most() {
    return counts.values().stream().mapToInt(Integer::intValue).max().orElseThrow();
  }
}
