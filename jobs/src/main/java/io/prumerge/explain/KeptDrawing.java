package io.prumerge.explain;

import io.prumerge.engine.MethodChoice;
import io.prumerge.engine.StayingTokens;
import io.prumerge.lang.Text;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** The image with the patches that a method keeps; the others are faded. */
final class KeptDrawing {

  private static final String FRAME = "3";

  private KeptDrawing() {}

  static SvgDrawing of(ImageCanvas ground, MethodChoice choice) {
    int patches = ground.map().count();
    Optional<List<Integer>> chosen = ground.map().kept(choice);
    if (chosen.isEmpty()) {
      return ground.drawing(Text.format("All %d patches", patches), ground::picture);
    }
    List<Integer> kept = chosen.get();
    return of(
        ground,
        kept,
        List.of(),
        Text.format("%d of %d patches kept by %s", kept.size(), patches, choice.method()));
  }

  /**
   * Returns the patches that a cut inside the decoder leaves, and in another colour those at whose
   * positions it leaves sums.
   */
  static SvgDrawing of(ImageCanvas ground, MethodChoice choice, StayingTokens staying) {
    List<Integer> kept = ground.map().here(staying.patches());
    return of(
        ground,
        kept,
        ground.map().here(staying.patchesOfSums()),
        Text.format(
            "%s: %d of %d patches left by %s",
            StayingText.layers(staying.layer(), staying.last()),
            kept.size(),
            ground.map().count(),
            choice.method()));
  }

  /**
   * Returns a line for each view of a video: its name, and how many of its patches are kept.
   *
   * @param names of the views
   * @param kept the patches of a view that are; empty if all are
   */
  static List<String> counts(
      List<ImageCanvas> grounds,
      List<String> names,
      Function<PatchMap, Optional<List<Integer>>> kept) {
    return IntStream.range(0, grounds.size())
        .mapToObj(
            view -> {
              PatchMap map = grounds.get(view).map();
              int patches = kept.apply(map).map(List::size).orElse(map.count());
              return Text.format("%s: %d of %d", names.get(view), patches, map.count());
            })
        .toList();
  }

  private static SvgDrawing of(
      ImageCanvas ground, List<Integer> kept, List<Integer> sums, String label) {
    return ground.drawing(
        label,
        svg -> {
          ground.picture(svg);
          ground.veil(svg, Stream.concat(kept.stream(), sums.stream()).distinct().toList());
          ImageCanvas.frame(ground.path(kept), "#0a84c1", FRAME, svg);
          if (!sums.isEmpty()) {
            ImageCanvas.frame(ground.path(sums), "#c1440a", FRAME, svg);
          }
        });
  }
}
