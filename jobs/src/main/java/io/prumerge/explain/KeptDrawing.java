package io.prumerge.explain;

import io.prumerge.engine.MethodChoice;
import java.util.List;
import java.util.Locale;

/** The image with the patches that a method keeps; the others are faded. */
final class KeptDrawing {

  private KeptDrawing() {}

  static Drawing of(ImageCanvas ground, MethodChoice choice) {
    int patches = ground.explanation().attention().size();
    if (choice.kept().isEmpty()) {
      return ground.drawing(String.format(Locale.ROOT, "All %d patches", patches), ground::picture);
    }
    List<Integer> kept = choice.kept().get();
    return ground.drawing(
        String.format(
            Locale.ROOT, "%d of %d patches kept by %s", kept.size(), patches, choice.method()),
        svg -> {
          ground.picture(svg);
          ground.veil(svg, kept);
          svg.leaf(
              "path",
              "d",
              ground.path(kept),
              "fill",
              "none",
              "stroke",
              "#0a84c1",
              "stroke-width",
              "3");
        });
  }
}
