package io.prumerge.explain;

import io.prumerge.engine.Explanation.QueryAttention;
import io.prumerge.engine.Explanation.StayingQueries;
import io.prumerge.explain.Markup.InvariantNumbers;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/** Attention to each patch as a colour over the image; outliers have a frame. */
final class AttentionDrawing {

  private static final String OPACITY = "0.78";

  private AttentionDrawing() {}

  static Drawing of(ImageCanvas ground) {
    PatchMap map = ground.map();
    return ground.drawing(
        String.format(Locale.ROOT, "%s to each of %d patches", map.source().title(), map.count()),
        svg -> {
          ground.picture(svg);
          ground.veil(svg, everyPatch(map));
          cells(ground, map.attention(), map.outliers(), svg);
          frames(ground.path(map.outliers()), svg);
        });
  }

  /**
   * Returns what those queries look at that a method leaves inside the decoder; faded where it is
   * none.
   */
  static Drawing of(ImageCanvas ground, QueryAttention attention, StayingQueries staying) {
    PatchMap map = ground.map();
    boolean none = staying.queries().isEmpty();
    return ground.drawing(
        StayingText.of(staying, attention.queries().size()),
        svg -> {
          ground.picture(svg);
          ground.veil(svg, none ? List.of() : everyPatch(map));
          if (!none) {
            cells(ground, attention.mean(staying.queries()), List.of(), svg);
          }
        });
  }

  private static List<Integer> everyPatch(PatchMap map) {
    return IntStream.range(0, map.count()).boxed().toList();
  }

  private static void cells(
      ImageCanvas ground, List<Float> attention, List<Integer> framed, Markup svg) {
    PatchMap map = ground.map();
    Set<Integer> outliers = new HashSet<>(framed);
    ColourScale colours = ColourScale.of(attention);
    for (int patch : everyPatch(map)) {
      float score = attention.get(patch);
      svg.open(
          "path",
          "d",
          ground.path(List.of(patch)),
          "fill",
          colours.colour(score),
          "fill-opacity",
          OPACITY);
      svg.element(
          "title",
          String.format(
              Locale.ROOT,
              "row %d, column %d: %s%s",
              patch / map.cols() + 1,
              patch % map.cols() + 1,
              InvariantNumbers.digits(score, 3),
              outliers.contains(patch) ? ", an outlier" : ""));
      svg.close();
    }
  }

  /** Draws white between black lines, visible on any colour. */
  private static void frames(String path, Markup svg) {
    ImageCanvas.frame(path, "#000000", "7", svg);
    ImageCanvas.frame(path, "#ffffff", "3", svg);
  }

  /**
   * Colours of scores on a logarithmic scale: matplotlib's viridis, whose order is visible to the
   * colour-blind and in grey.
   */
  static final class ColourScale {

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
     * Returns a scale from the smallest score above 0 to the largest; a score of 0 has the colour
     * of the smallest.
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
     * Returns the position of a value between the smallest (0) and the largest (1); 0.5 if these
     * are equal.
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
      return String.format(Locale.ROOT, "#%06x", colour);
    }
  }
}
