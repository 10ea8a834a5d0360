package io.prumerge.report.page;

import io.prumerge.cost.ModelShape;
import io.prumerge.image.Tiling;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * The places of a page's contents.
 *
 * @param report folder of the report's tables; the page is written to the same folder
 * @param predictions paths of the runs' predictions, whose columns the caller has checked
 * @param scores paths of their scores, likewise
 * @param examples folders of examples; if empty, those that the runs name
 * @param rows examples that are in no folder, used instead of all folders
 * @param latex a new folder for the tables as LaTeX, if they are wanted
 * @param shapes the models' dimensions by run; unknown ones are absent
 * @param tilings the grids of those that see images in tiles, likewise
 */
public record PageSources(
    String report,
    List<String> predictions,
    List<String> scores,
    List<String> examples,
    Optional<Dataset<Row>> rows,
    Optional<Path> latex,
    Map<String, ModelShape> shapes,
    Map<String, Tiling> tilings) {

  public PageSources {
    predictions = List.copyOf(predictions);
    scores = List.copyOf(scores);
    examples = List.copyOf(examples);
    shapes = Map.copyOf(shapes);
    tilings = Map.copyOf(tilings);
  }
}
