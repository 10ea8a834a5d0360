package io.prumerge.explain;

import java.util.List;
import java.util.TreeMap;

/**
 * Scores counted in classes that are equally wide on a logarithmic axis. The fence is a border
 * between two of them, so no class mixes outliers with others.
 *
 * @param fence scores above it are in classes from 0 on, the others below
 * @param ratio of a class's borders
 * @param counts by class, those in between included
 */
record Bins(double fence, double ratio, TreeMap<Integer, Integer> counts) {

  /** About as many classes between the smallest and the largest score. */
  private static final int CLASSES = 36;

  /** Where all scores are equal. */
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

  /** The lower border of a class, the upper one of the class before. */
  double border(int bin) {
    return fence * Math.pow(ratio, bin);
  }

  int most() {
    return counts.values().stream().mapToInt(Integer::intValue).max().orElseThrow();
  }
}
