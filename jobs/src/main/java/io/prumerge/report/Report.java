package io.prumerge.report;

import io.prumerge.cost.ModelShape;
import io.prumerge.metric.Caveats;
import io.prumerge.metric.ContrastResult;
import io.prumerge.metric.Inference;
import io.prumerge.metric.Measurements;
import io.prumerge.metric.Metric;
import io.prumerge.metric.Metrics;
import io.prumerge.metric.Result;
import io.prumerge.store.Table;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * The figures of one or more runs; small enough for the driver.
 *
 * @param results every figure of every method
 * @param efficiency rows of {@link Table#EFFICIENCY}
 * @param summary a row per run and method
 * @param contrasts comparisons of methods
 * @param baseline the method the others are compared with
 */
public record Report(
    List<Result> results,
    List<Row> efficiency,
    List<MethodSummary> summary,
    List<ContrastResult> contrasts,
    String baseline) {

  /**
   * Computes the figures of written rows.
   *
   * @param predictions rows of {@link Table#PREDICTIONS}, read from files: an inference plan would
   *     run again for each pass
   * @param scores their rows of {@link Table#SCORES}
   */
  public static Report of(Dataset<Row> predictions, Dataset<Row> scores, Inference inference) {
    Measurements measurements = Metrics.compared(scores, inference);
    List<Row> efficiency =
        Efficiency.of(predictions)
            .selectExpr(Table.EFFICIENCY.schema().fieldNames())
            .collectAsList();
    return new Report(
        measurements.results(),
        efficiency,
        Summary.of(measurements, efficiency, inference.baseline()),
        measurements.contrasts(),
        inference.baseline());
  }

  /**
   * Returns the report with minimum times on other hardware, for models of known dimensions.
   *
   * @param shapes by run
   */
  public Report estimated(Map<String, ModelShape> shapes) {
    return new Report(
        results, RooflineTimes.added(efficiency, shapes), summary, contrasts, baseline);
  }

  /** Returns messages about figures over a part of their questions. */
  public List<String> caveats() {
    return Stream.concat(Caveats.of(results).stream(), Caveats.ofContrasts(contrasts).stream())
        .toList();
  }

  /** Returns the metrics of all results, sorted. */
  public List<Metric> metrics() {
    return results.stream().flatMap(result -> result.metrics().stream()).toList();
  }

  /**
   * Writes the tables {@code metrics}, {@code efficiency}, {@code summary} and {@code contrasts}.
   *
   * @param place the path of a table; must not exist
   */
  public void write(SparkSession spark, Function<Table, String> place) {
    write(spark, Table.METRICS, metrics().stream().map(Metric::row).toList(), place);
    write(spark, Table.EFFICIENCY, efficiency, place);
    write(spark, Table.SUMMARY, summary.stream().map(MethodSummary::row).toList(), place);
    write(spark, Table.CONTRASTS, contrasts.stream().map(ContrastResult::row).toList(), place);
  }

  private static void write(
      SparkSession spark, Table table, List<Row> rows, Function<Table, String> place) {
    table.write(table.of(spark, rows).coalesce(1), place.apply(table));
  }
}
