package io.prumerge.explain;

import io.prumerge.engine.QueryAttention;
import io.prumerge.engine.StayingTokens;
import io.prumerge.lang.Text;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/** Attention to each patch as a colour over the image; outliers have a frame. */
final class AttentionDrawing {

  private static final String OPACITY = "0.78";

  private AttentionDrawing() {}

  static SvgDrawing of(ImageCanvas ground) {
    PatchMap map = ground.map();
    return ground.drawing(
        Text.format("%s to each of %d patches", map.source().title(), map.count()),
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
  static SvgDrawing of(ImageCanvas ground, QueryAttention attention, StayingTokens staying) {
    PatchMap map = ground.map();
    boolean none = staying.places().isEmpty();
    return ground.drawing(
        StayingText.queries(staying, attention.queries().size()),
        svg -> {
          ground.picture(svg);
          ground.veil(svg, none ? List.of() : everyPatch(map));
          if (!none) {
            cells(ground, attention.mean(staying.places()), List.of(), svg);
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
          Text.format(
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
}
