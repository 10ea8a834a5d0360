package io.prumerge.report.page;

import io.prumerge.cost.ModelShape;
import io.prumerge.image.Tiling;
import java.util.Map;

/**
 * What is known of the runs' models.
 *
 * @param shapes dimensions by run; unknown ones are absent
 * @param tilings the grids of those that see images in tiles, likewise
 */
public record ModelShapes(Map<String, ModelShape> shapes, Map<String, Tiling> tilings) {

  public ModelShapes {
    shapes = Map.copyOf(shapes);
    tilings = Map.copyOf(tilings);
  }
}
