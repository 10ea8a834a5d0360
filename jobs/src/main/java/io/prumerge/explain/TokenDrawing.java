package io.prumerge.explain;

import io.prumerge.reduction.Merge;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * One kept patch and the patches that are merged into it; the stronger the colour, the larger the
 * weight.
 */
final class TokenDrawing {

  private static final int SHADES = 5;
  private static final double STRONGEST = 0.85;

  private TokenDrawing() {}

  static Drawing of(ImageCanvas ground, Merge merge, int number) {
    return ground.drawing(
        String.format(
            Locale.ROOT,
            "Token %d: a patch and the %d merged into it",
            number,
            merge.neighbours().size()),
        svg -> {
          List<Integer> involved = new ArrayList<>(List.of(merge.kept()));
          merge.neighbours().forEach(neighbour -> involved.add(neighbour.patch()));
          ground.picture(svg);
          ground.veil(svg, involved);
          for (int shade = 1; shade <= SHADES; shade++) {
            List<Integer> patches = shaded(merge, shade);
            if (!patches.isEmpty()) {
              svg.leaf(
                  "path",
                  "d",
                  ground.path(patches),
                  "fill",
                  "#c1440a",
                  "fill-opacity",
                  InvariantNumbers.coordinate(STRONGEST * shade / SHADES));
            }
          }
          String centre = ground.path(List.of(merge.kept()));
          ImageCanvas.frame(centre, "#ffffff", "16", svg);
          ImageCanvas.frame(centre, "#000000", "8", svg);
        });
  }

  /** Draws the neighbours of one of five shades, by their share of the largest weight. */
  private static List<Integer> shaded(Merge merge, int shade) {
    double most = merge.neighbours().stream().mapToDouble(Merge.Neighbour::weight).max().orElse(0);
    return merge.neighbours().stream()
        .filter(neighbour -> shade(neighbour.weight(), most) == shade)
        .map(Merge.Neighbour::patch)
        .toList();
  }

  static int shade(double weight, double most) {
    return most == 0 ? 1 : Math.max(1, (int) Math.ceil(SHADES * weight / most));
  }
}
