package io.prumerge.explain;

import io.prumerge.engine.Explanation;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The class attention to each patch as a colour over the image; outliers have a frame. */
final class AttentionDrawing {

  private static final String OPACITY = "0.78";

  private AttentionDrawing() {}

  static Drawing of(ImageCanvas ground) {
    Explanation explanation = ground.explanation();
    return ground.drawing(
        String.format(
            Locale.ROOT, "Class attention to each of %d patches", explanation.attention().size()),
        svg -> {
          ground.picture(svg);
          ground.veil(svg, everyPatch(explanation));
          cells(ground, svg);
          frames(ground.path(explanation.outliers()), svg);
        });
  }

  private static List<Integer> everyPatch(Explanation explanation) {
    List<Integer> all = new ArrayList<>();
    for (int patch = 0; patch < explanation.attention().size(); patch++) {
      all.add(patch);
    }
    return all;
  }

  private static void cells(ImageCanvas ground, Markup svg) {
    Explanation explanation = ground.explanation();
    ColourScale colours = ColourScale.of(explanation.attention());
    int side = explanation.gridSide();
    for (int patch : everyPatch(explanation)) {
      float score = explanation.attention().get(patch);
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
              patch / side + 1,
              patch % side + 1,
              InvariantNumbers.digits(score, 3),
              score > explanation.quartiles().fence() ? ", an outlier" : ""));
      svg.close();
    }
  }

  /** Draws white between black lines, visible on any colour. */
  private static void frames(String path, Markup svg) {
    svg.leaf("path", "d", path, "fill", "none", "stroke", "#000000", "stroke-width", "7");
    svg.leaf("path", "d", path, "fill", "none", "stroke", "#ffffff", "stroke-width", "3");
  }
}
