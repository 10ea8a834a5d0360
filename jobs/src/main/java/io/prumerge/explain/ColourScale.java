package io.prumerge.explain;

import io.prumerge.lang.Text;
import java.util.List;
import java.util.stream.DoubleStream;

/**
 * Colours of scores on a logarithmic scale: matplotlib's viridis, whose order is visible to the
 * colour-blind and in grey.
 */
final class ColourScale {

  private static final int[] VIRIDIS = {
    0x440154, 0x482878, 0x3E4989, 0x31688E, 0x26828E, 0x1F9E89, 0x35B779, 0x6ECE58, 0xB5DE2B,
    0xFDE725
  };

  private final double low;
  private final double high;

  private ColourScale(double low, double high) {
    this.low = low;
    this.high = high;
  }

  /**
   * Returns a scale from the smallest score above 0 to the largest; a score of 0 has the colour of
   * the smallest.
   */
  static ColourScale of(List<Float> scores) {
    double[] positive =
        scores.stream().mapToDouble(Float::doubleValue).filter(score -> score > 0).toArray();
    return new ColourScale(
        DoubleStream.of(positive).min().orElse(Float.MIN_VALUE),
        DoubleStream.of(positive).max().orElse(Float.MIN_VALUE));
  }

  double low() {
    return low;
  }

  double high() {
    return high;
  }

  /**
   * Returns the position of a value between the smallest (0) and the largest (1); 0.5 if these are
   * equal.
   */
  double position(double value) {
    if (!(high > low)) {
      return 0.5;
    }
    double position = Math.log(Math.max(value, low) / low) / Math.log(high / low);
    return Math.min(1, position);
  }

  String colour(double value) {
    return at(position(value));
  }

  /** Returns the colour at a position from 0 to 1, interpolated between viridis's tenths. */
  static String at(double position) {
    double place = position * (VIRIDIS.length - 1);
    int below = Math.min((int) place, VIRIDIS.length - 2);
    double share = place - below;
    int colour = 0;
    for (int shift = 16; shift >= 0; shift -= 8) {
      int from = VIRIDIS[below] >> shift & 0xFF;
      int to = VIRIDIS[below + 1] >> shift & 0xFF;
      colour |= (int) Math.round(from + share * (to - from)) << shift;
    }
    return Text.format("#%06x", colour);
  }
}
