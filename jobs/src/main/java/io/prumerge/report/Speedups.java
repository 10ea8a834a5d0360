package io.prumerge.report;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.expr;
import static org.apache.spark.sql.functions.sum;

import io.prumerge.lang.Text;
import io.prumerge.reduction.MethodSpec;
import io.prumerge.statistics.RatioEstimate;
import io.prumerge.store.EfficiencyRow;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * How much faster methods are than {@code none} where questions were asked alone: image by image,
 * over the questions that both have answered.
 */
final class Speedups {

  /** Wall time of an answer; a round trip of an endpoint's, whose stages are not seen. */
  static final String TOTAL =
      "coalesce(ms_preprocess + ms_vision + ms_reduction + ms_prefill + ms_decode, ms_request)";

  /** Answers whose time is that of their question alone. */
  static final String ALONE = "error IS NULL AND timing = 'alone'";

  private static final String[] QUESTION = {"run_id", "model", "benchmark", "split", "question_id"};
  private static final String[] RESULT = {"run_id", "model", "benchmark", "split", "method"};

  private Speedups() {}

  /**
   * Returns rows with their speedups, where their run has answers under {@code none}, all of one
   * host and device; the others as they are.
   *
   * @param predictions that the rows are of
   */
  static List<EfficiencyRow> in(Dataset<Row> predictions, List<EfficiencyFigures> figures) {
    List<EfficiencyRow> rows = figures.stream().map(EfficiencyFigures::costs).toList();
    if (rows.stream().noneMatch(EfficiencyRow::isTimedAlone)) {
      return rows;
    }
    Set<String> mixed = places(figures).keySet();
    Map<List<String>, RatioEstimate> ratios = ratios(predictions);
    return rows.stream()
        .map(
            row -> {
              RatioEstimate ratio = ratios.get(key(row));
              return ratio == null || mixed.contains(row.runId()) ? row : row.withSpeedup(ratio);
            })
        .toList();
  }

  /** Returns messages about runs whose times are of several hosts or devices. */
  static List<String> notes(List<EfficiencyFigures> figures) {
    List<String> notes = new ArrayList<>();
    places(figures)
        .forEach(
            (run, places) ->
                notes.add(
                    Text.format(
                        "The answers of %s were timed on %s: their times are not compared",
                        run, String.join(" and ", places))));
    return notes;
  }

  // Of runs that were timed at more than one place: host or device.
  private static Map<String, Set<String>> places(List<EfficiencyFigures> figures) {
    Map<String, Set<String>> hosts = new TreeMap<>();
    Map<String, Set<String>> devices = new TreeMap<>();
    for (EfficiencyFigures one : figures) {
      if (one.costs().isTimedAlone()) {
        String run = one.costs().runId();
        hosts.computeIfAbsent(run, absent -> new TreeSet<>()).addAll(one.hosts());
        devices.computeIfAbsent(run, absent -> new TreeSet<>()).addAll(one.devices());
      }
    }
    Map<String, Set<String>> several = new TreeMap<>();
    hosts.forEach(
        (run, names) -> {
          Set<String> places = names.size() > 1 ? names : devices.get(run);
          if (places.size() > 1) {
            several.put(run, places);
          }
        });
    return several;
  }

  private static List<String> key(EfficiencyRow row) {
    return List.of(row.runId(), row.model(), row.benchmark(), row.split(), row.method());
  }

  private static Map<List<String>, RatioEstimate> ratios(Dataset<Row> predictions) {
    Dataset<Row> timed =
        predictions
            .where(ALONE)
            .withColumn("image", expr("coalesce(video, image_sha256, image_id, question_id)"))
            .withColumn("total", expr(TOTAL))
            .where("total > 0 AND total < double('infinity')");
    Dataset<Row> base =
        timed
            .where(col("method").equalTo(MethodSpec.NONE.toString()))
            .withColumnRenamed("total", "base")
            .select("base", QUESTION);
    Dataset<Row> images =
        timed
            .join(base, QUESTION)
            .groupBy("image", RESULT)
            .agg(sum("total").as("total"), sum("base").as("base"));
    Map<List<String>, List<Double>> found = new HashMap<>();
    for (Row row : images.sort("image").collectAsList()) {
      List<String> key = new ArrayList<>();
      for (String column : RESULT) {
        key.add(row.getAs(column));
      }
      double ratio = row.<Double>getAs("base") / row.<Double>getAs("total");
      found.computeIfAbsent(key, absent -> new ArrayList<>()).add(ratio);
    }
    Map<List<String>, RatioEstimate> ratios = new HashMap<>();
    found.forEach(
        (key, each) ->
            ratios.put(
                key, RatioEstimate.of(each.stream().mapToDouble(Double::doubleValue).toArray())));
    return ratios;
  }
}
