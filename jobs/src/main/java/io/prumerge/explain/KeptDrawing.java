package io.prumerge.explain;

import io.prumerge.engine.MethodChoice;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The image with the patches that a method keeps; the others are faded. */
final class KeptDrawing {

  private KeptDrawing() {}

  static Drawing of(ImageCanvas ground, MethodChoice choice) {
    int patches = ground.map().count();
    Optional<List<Integer>> chosen = ground.map().kept(choice);
    if (chosen.isEmpty()) {
      return ground.drawing(String.format(Locale.ROOT, "All %d patches", patches), ground::picture);
    }
    List<Integer> kept = chosen.get();
    return ground.drawing(
        String.format(
            Locale.ROOT, "%d of %d patches kept by %s", kept.size(), patches, choice.method()),
        svg -> {
          ground.picture(svg);
          ground.veil(svg, kept);
          ImageCanvas.frame(ground.path(kept), "#0a84c1", "3", svg);
        });
  }
}
