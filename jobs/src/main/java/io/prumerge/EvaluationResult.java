package io.prumerge;

import io.prumerge.leaderboard.Agreement;
import io.prumerge.leaderboard.Oracle;
import io.prumerge.leaderboard.Standing;
import io.prumerge.metric.ContrastResult;
import io.prumerge.metric.Metric;
import io.prumerge.report.BesidePublished;
import io.prumerge.report.MethodSummary;
import io.prumerge.report.Noise;
import io.prumerge.run.FinishedRun;
import io.prumerge.source.DataException;
import io.prumerge.store.Table;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** A finished run. Its tables are read from its folder. */
public final class EvaluationResult {

  private final SparkSession spark;
  private final FinishedRun run;

  EvaluationResult(SparkSession spark, FinishedRun run) {
    this.spark = spark;
    this.run = run;
  }

  /** Returns the run's folder. */
  public String output() {
    return run.root().toString();
  }

  /** Returns the path of the report's HTML page. */
  public String page() {
    return run.page();
  }

  /** Returns the {@code run_id} of each model, in the order of the models. */
  public List<String> runIds() {
    return run.ids();
  }

  /** Returns warnings about the figures; empty if the run was finished before. */
  public List<String> warnings() {
    return run.warnings();
  }

  /** Returns one row per question and method. */
  public Dataset<Row> predictions() {
    return run.read(spark, Table.PREDICTIONS);
  }

  /** Returns one row per prediction and scoring profile. */
  public Dataset<Row> scores() {
    return run.read(spark, Table.SCORES);
  }

  /** Returns one row per run, benchmark, split, method, profile, category and metric. */
  public Dataset<Row> metrics() {
    return run.read(spark, Metric.TABLE);
  }

  /** Returns one row per run, benchmark, split and method: tokens, FLOPs and times. */
  public Dataset<Row> efficiency() {
    return run.read(spark, Table.EFFICIENCY);
  }

  /** Returns one row per run and method. */
  public Dataset<Row> summary() {
    return run.read(spark, MethodSummary.TABLE);
  }

  /** Returns one row per compared pair of methods and headline. */
  public Dataset<Row> contrasts() {
    return run.read(spark, ContrastResult.TABLE);
  }

  /** Returns one row per run, nominal budget and line of the leaderboard. */
  public Dataset<Row> leaderboard() {
    return run.read(spark, Standing.TABLE);
  }

  /** Returns one row per benchmark and pair of methods with the same nominal budget. */
  public Dataset<Row> agreement() {
    return run.read(spark, Agreement.TABLE);
  }

  /** Returns one row per benchmark and nominal budget: the best method for each question. */
  public Dataset<Row> oracle() {
    return run.read(spark, Oracle.TABLE);
  }

  /**
   * Returns one row per question, method and repeat.
   *
   * @throws DataException if no question was asked again
   */
  public Dataset<Row> repeats() {
    return run.read(spark, Table.REPEATS);
  }

  /**
   * Returns one row per run, benchmark, split and method: what asking all questions again changes.
   *
   * @throws DataException if no question was asked again
   */
  public Dataset<Row> noise() {
    return run.read(spark, Noise.TABLE);
  }

  /**
   * Returns one row per published figure and figure that it fits.
   *
   * @throws DataException if none fits
   */
  public Dataset<Row> published() {
    return run.read(spark, BesidePublished.TABLE);
  }

  /** Returns one row per run: its settings, versions, hosts and devices. */
  public Dataset<Row> runs() {
    return run.read(spark, Table.RUNS);
  }
}
