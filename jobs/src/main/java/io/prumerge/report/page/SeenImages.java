package io.prumerge.report.page;

import io.prumerge.cost.ModelShape;
import io.prumerge.image.ImageAspect;
import io.prumerge.image.Tiling;
import java.util.List;
import java.util.Optional;

/**
 * How a run's model sees images.
 *
 * @param aspect how it fits them to its square input
 * @param side patches in a row of a view; empty if it is not known
 * @param tiling its grids of tiles; empty if it has none or they are not known
 */
record SeenImages(ImageAspect aspect, Optional<Integer> side, Optional<Tiling> tiling) {

  /**
   * @param aspect as the run's manifest names it; if it is unknown, the whole image is shown
   */
  static SeenImages of(String aspect, Optional<ModelShape> shape, Optional<Tiling> tiling) {
    return new SeenImages(
        switch (aspect) {
          case "crop" -> ImageAspect.CROP;
          case "anyres" -> ImageAspect.ANYRES;
          case "stretch" -> ImageAspect.STRETCH;
          default -> ImageAspect.PAD;
        },
        shape.map(known -> PatchPath.side(known.tower().patches())),
        tiling);
  }

  private boolean tiled() {
    return aspect == ImageAspect.ANYRES;
  }

  /** Why kept patches cannot be drawn; empty if they can. */
  String gap() {
    return tiled() && (tiling.isEmpty() || side.isEmpty())
        ? "Kept patches are not drawn: the model's folder, which says where its tiles lie, is gone"
            + " or has changed."
        : "";
  }

  /**
   * The views of an image with the patches that are dropped.
   *
   * @param before tokens before any reduction, those of a single view's patches; null if unknown
   * @param kept patches, numbered through all views; empty if nothing was dropped
   */
  List<Card.View> views(Integer before, int width, int height, Optional<List<Integer>> kept) {
    if (tiled()) {
      return gap().isEmpty()
          ? PatchViews.tiled(tiling.orElseThrow().grid(width, height), side.orElseThrow(), kept)
          : List.of(PatchViews.whole(1, Optional.empty()));
    }
    int patches = before == null ? 0 : PatchPath.side(before);
    return List.of(
        patches > 0 ? PatchViews.whole(patches, kept) : PatchViews.whole(1, Optional.empty()));
  }
}
