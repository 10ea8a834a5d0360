package io.prumerge;

import io.prumerge.metric.Metric;
import io.prumerge.score.ScoredAnswers;
import io.prumerge.store.Table;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** Answers that were scored. */
public final class ScoringResult {

  private final SparkSession spark;
  private final ScoredAnswers scored;

  ScoringResult(SparkSession spark, ScoredAnswers scored) {
    this.spark = spark;
    this.scored = scored;
  }

  /** One row per answer; none where answers were only exported. */
  public Dataset<Row> scores() {
    return scored.scores();
  }

  /** One row per method, category and metric. */
  public Dataset<Row> metrics() {
    List<Row> rows =
        scored.results().stream()
            .flatMap(result -> result.metrics().stream())
            .map(Metric::row)
            .toList();
    return Table.METRICS.of(spark, rows);
  }

  /** What to know beside the figures. */
  public List<String> warnings() {
    return scored.warnings();
  }

  /** Why figures are not those of all answers: a judge that did not reply to some. */
  public Optional<String> failure() {
    return scored.failure();
  }

  /** A line of text per metric and per submission. */
  public List<String> lines() {
    return scored.lines();
  }

  /** All figures as one JSON document. */
  public String json() {
    return scored.json();
  }
}
