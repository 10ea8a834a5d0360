package io.prumerge.report.page;

import io.prumerge.cost.ModelShape;
import io.prumerge.image.size.Tiling;
import io.prumerge.published.PublishedNames;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

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

  /**
   * Returns the ids of the runs whose model has the dimensions of a known one.
   *
   * @param name of the known one
   */
  Set<String> runsOf(String name) {
    return shapes.entrySet().stream()
        .filter(
            run ->
                PublishedNames.isOfDimensions(
                    name, run.getValue(), tilings.containsKey(run.getKey())))
        .map(Map.Entry::getKey)
        .collect(Collectors.toSet());
  }
}
