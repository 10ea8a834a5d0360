package io.prumerge.report.page;

import io.prumerge.cost.ModelShape;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * Where a page's contents lie.
 *
 * @param report folder of the tables {@code metrics, efficiency, summary, runs}; the page is
 *     written beside them
 * @param predictions paths of the runs' predictions
 * @param scores paths of their scores
 * @param examples folders of examples; where there is none, those the runs name are taken
 * @param rows examples in no folder, taken in place of all folders
 * @param shapes the models' dimensions by run, as far as they are known
 */
public record PageSources(
    String report,
    List<String> predictions,
    List<String> scores,
    List<String> examples,
    Optional<Dataset<Row>> rows,
    Map<String, ModelShape> shapes) {

  public PageSources {
    predictions = List.copyOf(predictions);
    scores = List.copyOf(scores);
    examples = List.copyOf(examples);
    shapes = Map.copyOf(shapes);
  }
}
