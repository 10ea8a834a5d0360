package io.prumerge;

import io.prumerge.metric.Metric;
import io.prumerge.score.ScoredAnswers;
import java.util.List;
import java.util.Optional;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** Scored answers. */
public final class ScoringResult {

  private final SparkSession spark;
  private final ScoredAnswers scored;

  ScoringResult(SparkSession spark, ScoredAnswers scored) {
    this.spark = spark;
    this.scored = scored;
  }

  /** Returns one row per answer; none if answers were only exported. */
  public Dataset<Row> scores() {
    return scored.scores();
  }

  /** Returns one row per method, category and metric. */
  public Dataset<Row> metrics() {
    List<Metric> metrics =
        scored.results().stream().flatMap(result -> result.metrics().stream()).toList();
    return Metric.TABLE.of(spark, Metric.TABLE.rows(metrics));
  }

  /** Returns what became of all rows and answers that were read, a sentence for each split. */
  public List<String> counted() {
    return scored.counted();
  }

  /** Returns warnings about the figures. */
  public List<String> warnings() {
    return scored.warnings();
  }

  /** Returns why the figures do not cover all answers, if the judge failed to reply to some. */
  public Optional<String> failure() {
    return scored.failure();
  }

  /** Returns one line of text per metric and per submission. */
  public List<String> lines() {
    return scored.lines();
  }

  /** Returns all figures as one JSON document. */
  public String json() {
    return scored.json();
  }
}
