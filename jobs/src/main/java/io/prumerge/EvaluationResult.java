package io.prumerge;

import io.prumerge.run.FinishedRun;
import io.prumerge.store.Table;
import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** A run that has come to its end; its tables are read from its folder. */
public final class EvaluationResult {

  private final SparkSession spark;
  private final FinishedRun run;

  EvaluationResult(SparkSession spark, FinishedRun run) {
    this.spark = spark;
    this.run = run;
  }

  /** The run's folder. */
  public String output() {
    return run.root().toString();
  }

  /** The {@code run_id} of each model, in the order of the models. */
  public List<String> runIds() {
    return run.ids();
  }

  /** What to know beside the figures; none where the run was finished before. */
  public List<String> warnings() {
    return run.warnings();
  }

  /** One row per question and method. */
  public Dataset<Row> predictions() {
    return run.read(spark, Table.PREDICTIONS);
  }

  /** One row per prediction and scoring profile. */
  public Dataset<Row> scores() {
    return run.read(spark, Table.SCORES);
  }

  /** One row per run, benchmark, split, method, profile, category and metric. */
  public Dataset<Row> metrics() {
    return run.read(spark, Table.METRICS);
  }

  /** One row per run, benchmark, split and method: tokens, FLOPs and times. */
  public Dataset<Row> efficiency() {
    return run.read(spark, Table.EFFICIENCY);
  }

  /** One row per run and method. */
  public Dataset<Row> summary() {
    return run.read(spark, Table.SUMMARY);
  }

  /** One row per pair of methods and headline that the report compares. */
  public Dataset<Row> contrasts() {
    return run.read(spark, Table.CONTRASTS);
  }

  /** One row per run: what it was. */
  public Dataset<Row> runs() {
    return run.read(spark, Table.RUNS);
  }
}
