package io.prumerge.family;

import com.fasterxml.jackson.databind.JsonNode;
import io.prumerge.architecture.SequenceLayout;
import io.prumerge.architecture.TiledViews;
import io.prumerge.config.LayoutFactory;
import io.prumerge.config.LlavaConfig;
import io.prumerge.config.Settings;
import io.prumerge.image.Resolution;
import io.prumerge.image.size.BestFitTiling;
import io.prumerge.image.size.Tiling;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

/**
 * The tiles of LLaVA-NeXT and LLaVA-OneVision, and their layout.
 *
 * @param most as {@link TiledViews#most}
 */
record BestFitTiles(OptionalInt most) implements LayoutFactory {

  @Override
  public SequenceLayout of(LlavaConfig model) {
    return new TiledViews(
        model.family().tiling().orElseThrow(),
        most,
        model.vision().gridSide(),
        model.text().hiddenSize());
  }

  /**
   * Returns the grids of a config.json.
   *
   * @param absent those of a file without any
   * @param side of a tile, in pixels
   */
  static Tiling tiling(Settings root, List<Resolution> absent, int side) {
    try {
      return new BestFitTiling(
          root.value(OriginalConfig.GRIDS).map(value -> grids(root, value)).orElse(absent), side);
    } catch (IllegalArgumentException e) {
      throw root.error(OriginalConfig.GRIDS, "cannot be used: " + e.getMessage());
    }
  }

  private static List<Resolution> grids(Settings root, JsonNode value) {
    List<Resolution> grids = new ArrayList<>();
    for (JsonNode size : value) {
      if (size.size() != 2 || !size.path(0).isInt() || !size.path(1).isInt()) {
        throw root.error(OriginalConfig.GRIDS, "must be a list of [height, width] but is " + value);
      }
      grids.add(new Resolution(size.path(0).intValue(), size.path(1).intValue()));
    }
    return grids;
  }
}
