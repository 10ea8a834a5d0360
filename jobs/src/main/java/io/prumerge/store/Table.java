package io.prumerge.store;

import io.prumerge.source.DataException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Locale;
import org.apache.spark.sql.AnalysisException;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SaveMode;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;

/** The tables this project writes as Parquet. Names and types are public interface. */
public enum Table {
  /** One row per image, or per images of one prompt, with its questions nested. */
  EXAMPLES(
      """
      benchmark STRING, split STRING, image_id STRING, image BINARY, image_sha256 STRING,
      width INT, height INT,
      questions ARRAY<STRUCT<question_id: STRING, prompt: STRING, question: STRING,
        category: STRING, answers: ARRAY<STRING>, options: ARRAY<STRING>, max_new_tokens: INT,
        extra: MAP<STRING, STRING>>>,
      more_images ARRAY<BINARY>
      """),
  /** One row per question and method. */
  PREDICTIONS(
      """
      run_id STRING, model STRING, dtype STRING, benchmark STRING, split STRING, method STRING,
      method_sized STRING,
      image_id STRING, image_sha256 STRING, question_id STRING, category STRING, prompt STRING,
      prompt_sha256 STRING, answer STRING, finish_reason STRING, visual_tokens_before INT,
      visual_tokens_after INT, visual_tokens_layer_mean DOUBLE, kept_indices ARRAY<INT>,
      text_tokens INT, prompt_tokens INT, generated_tokens INT,
      flops_vision BIGINT, flops_reduction BIGINT, flops_projector BIGINT, flops_prefill BIGINT,
      flops_decode BIGINT, flops_total BIGINT, flops_executed BIGINT, kv_cache_bytes BIGINT,
      ms_preprocess DOUBLE, ms_vision DOUBLE, ms_reduction DOUBLE, ms_select DOUBLE,
      ms_prefill DOUBLE, ms_decode DOUBLE, ms_request DOUBLE, device STRING, assigned_device STRING, host STRING, error STRING
      """),
  /** One row per prediction and scoring profile, with everything that metrics need. */
  SCORES(
      """
      run_id STRING, benchmark STRING, split STRING, method STRING, question_id STRING,
      profile STRING, parsed STRING, gold STRING, unparsed BOOLEAN, score DOUBLE,
      model STRING, image_id STRING, category STRING, groups ARRAY<STRING>, unit STRING,
      image_sha256 STRING, chance DOUBLE
      """),
  /** One row per run, benchmark, split, method, profile, category and metric. */
  METRICS(
      """
      run_id STRING, model STRING, benchmark STRING, split STRING, method STRING, profile STRING,
      category STRING, metric STRING, is_headline BOOLEAN, value DOUBLE, stderr DOUBLE,
      ci_low DOUBLE, ci_high DOUBLE, n BIGINT, n_clusters BIGINT, n_errors BIGINT,
      n_unparsed BIGINT, n_missing BIGINT, delta_vs_baseline DOUBLE, delta_ci_low DOUBLE,
      delta_ci_high DOUBLE, test STRING, p_value DOUBLE, p_adjusted DOUBLE, inference STRING,
      family STRING, mde DOUBLE, chance DOUBLE, caveat STRING
      """),
  /** One row per run, benchmark, split and method. */
  EFFICIENCY(
      """
      run_id STRING, model STRING, benchmark STRING, split STRING, method STRING, n BIGINT,
      n_errors BIGINT, visual_tokens_before_mean DOUBLE, visual_tokens_after_mean DOUBLE,
      visual_tokens_after_min INT, visual_tokens_after_p05 DOUBLE, visual_tokens_after_p25 DOUBLE,
      visual_tokens_after_p50 DOUBLE, visual_tokens_after_p75 DOUBLE,
      visual_tokens_after_p95 DOUBLE, visual_tokens_after_max INT,
      visual_tokens_layer_mean DOUBLE, reduction_ratio DOUBLE,
      text_tokens_mean DOUBLE, prompt_tokens_mean DOUBLE, generated_tokens_mean DOUBLE, flops_vision_mean DOUBLE,
      flops_reduction_mean DOUBLE, flops_projector_mean DOUBLE, flops_prefill_mean DOUBLE,
      flops_decode_mean DOUBLE, flops_total_mean DOUBLE, flops_executed_mean DOUBLE,
      kv_cache_bytes_mean DOUBLE, ms_preprocess_mean DOUBLE, ms_vision_mean DOUBLE,
      ms_reduction_mean DOUBLE, ms_select_mean DOUBLE, ms_prefill_mean DOUBLE, ms_decode_mean DOUBLE,
      ms_request_mean DOUBLE, ms_total_mean DOUBLE, questions_per_busy_second DOUBLE,
      roofline ARRAY<STRUCT<hardware: STRING, precision: STRING, image_ms: DOUBLE,
        prefill_ms: DOUBLE, decode_token_ms: DOUBLE>>
      """),
  /** One row per run and method. */
  SUMMARY(
      """
      run_id STRING, model STRING, method STRING, baseline STRING, n_benchmarks BIGINT,
      retention DOUBLE, retention_stderr DOUBLE, visual_tokens_after_mean DOUBLE, flops_total_mean DOUBLE,
      ms_total_mean DOUBLE, pareto BOOLEAN, retention_ci_low DOUBLE, retention_ci_high DOUBLE,
      retention_chance_corrected DOUBLE, visual_tokens_layer_mean DOUBLE
      """),
  /** One row per compared pair of methods and headline, and one per pair for retention. */
  CONTRASTS(
      """
      benchmark STRING, split STRING, metric STRING, a STRING, b STRING, delta DOUBLE,
      ci_low DOUBLE, ci_high DOUBLE, test STRING, p_value DOUBLE, p_adjusted DOUBLE,
      n_both BIGINT, n_only_a BIGINT, n_only_b BIGINT, caveat STRING
      """),
  /** One row per run, budget and line of the leaderboard. */
  LEADERBOARD(
      """
      run_id STRING, model STRING, budget STRING, method STRING, methods ARRAY<STRING>, accuracy DOUBLE,
      accuracy_sd DOUBLE, retention DOUBLE, retention_ci_low DOUBLE, retention_ci_high DOUBLE,
      retention_sd DOUBLE, retention_chance_corrected DOUBLE, letters STRING, loyalty DOUBLE,
      visual_tokens_layer_mean DOUBLE, flops_total_mean DOUBLE, ms_select_mean DOUBLE,
      ms_prefill_mean DOUBLE, score_easy DOUBLE, score_hard DOUBLE
      """),
  /** One row per run, budget and pair of lines of the leaderboard. */
  LEADERBOARD_PAIRS(
      """
      run_id STRING, model STRING, budget STRING, a STRING, b STRING, delta DOUBLE, ci_low DOUBLE,
      ci_high DOUBLE, test STRING, p_value DOUBLE, p_adjusted DOUBLE
      """),
  /** One row per run, benchmark, split and pair of methods with the same budget. */
  AGREEMENT(
      """
      run_id STRING, model STRING, benchmark STRING, split STRING, a STRING, b STRING, n BIGINT,
      same_answer DOUBLE, equally_right DOUBLE, n_kept BIGINT, kept_overlap DOUBLE
      """),
  /** One row per run, benchmark, split and budget. */
  ORACLE(
      """
      run_id STRING, model STRING, benchmark STRING, split STRING, budget STRING,
      n_methods BIGINT, n BIGINT, baseline_score DOUBLE, best_method STRING, best_score DOUBLE,
      oracle_score DOUBLE, n_keepable BIGINT, kept_share DOUBLE,
      visual_tokens_baseline_mean DOUBLE, visual_tokens_fewest_mean DOUBLE
      """),
  /** One row per run, benchmark, split, budget and method, where down-sampling was asked too. */
  DIFFICULTY(
      """
      run_id STRING, model STRING, benchmark STRING, split STRING, budget STRING, control STRING,
      method STRING, n_easy BIGINT, score_easy DOUBLE, n_hard BIGINT, score_hard DOUBLE
      """),
  /** One row per run. */
  RUNS(
      """
      run_id STRING, model STRING, model_path STRING, dtype STRING, methods ARRAY<STRING>,
      examples ARRAY<STRING>, configuration STRING, config_sha256 STRING,
      tokenizer_sha256 STRING, weights_sha256 STRING, prompts_sha256 STRING,
      examples_sha256 STRING, n_rows BIGINT, n_errors BIGINT, code_version STRING,
      spark_version STRING, java_version STRING, djl_version STRING, started_at TIMESTAMP,
      ended_at TIMESTAMP, hosts ARRAY<STRING>, devices ARRAY<STRING>, code_commit STRING,
      code_sha256 STRING, libtorch_version STRING, gpu STRING, reduce_by STRING
      """),
  /** One row per step of a training. */
  TRAINING_STEPS(
      """
      step INT, epoch INT, loss DOUBLE, answer_tokens BIGINT, learning_rate DOUBLE,
      gradient_norm DOUBLE
      """),
  /** One row per row of the training data that was left out, up to 10,000 found before it. */
  BROKEN_ROWS("row BIGINT, id STRING, error STRING"),
  /** One row per candidate of a search. */
  FRONT(
      """
      method STRING, status STRING, rung INT, questions BIGINT, objective STRING, score DOUBLE,
      ci_low DOUBLE, ci_high DOUBLE, cost_measure STRING, cost DOUBLE, dropped_for STRING,
      delta DOUBLE, delta_ci_low DOUBLE, delta_ci_high DOUBLE, p_value DOUBLE
      """);

  private final StructType schema;

  Table(String ddl) {
    schema = StructType.fromDDL(ddl);
  }

  /** Returns the columns in the order in which they are written. All are nullable in the files. */
  public StructType schema() {
    return schema;
  }

  /** Returns the columns as rows of other origin must have them. */
  public TableColumns columns() {
    return new TableColumns(folder(), schema);
  }

  /** Returns the folder's name in a run directory or report. */
  public String folder() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * Opens this table at {@code paths}.
   *
   * @throws DataException if a path holds no Parquet, or other columns
   */
  public Dataset<Row> read(SparkSession spark, List<String> paths) {
    for (String path : paths) {
      check(spark, path);
    }
    return written(spark, paths);
  }

  /**
   * Opens this table at {@code paths} that this process wrote or has read before. Does not look up
   * the schema, which takes one Spark job per path.
   */
  public Dataset<Row> written(SparkSession spark, List<String> paths) {
    SparkSession reading = this == EXAMPLES ? ImageParquet.reading(spark) : spark;
    return reading.read().schema(schema).parquet(paths.toArray(String[]::new));
  }

  private void check(SparkSession spark, String path) {
    StructType found;
    try {
      found = spark.read().parquet(path).schema();
    } catch (Exception e) {
      // Scala does not declare checked exceptions, and javac refuses to catch undeclared ones.
      String reason = e instanceof AnalysisException ? "there is no Parquet" : root(e).getMessage();
      throw new DataException(
          String.format(Locale.ROOT, "Cannot read %s as %s: %s", path, folder(), reason), e);
    }
    columns().require(found, path);
  }

  private static Throwable root(Throwable problem) {
    return problem.getCause() == null ? problem : root(problem.getCause());
  }

  /** Writes rows of this table to a new folder, in this table's order of columns. */
  public void write(Dataset<Row> rows, String path) {
    write(rows, path, 0);
  }

  /**
   * Writes rows of this table to a new folder, in this table's order of columns.
   *
   * @param rowsPerFile the most rows of one file; 0 = no limit
   */
  public void write(Dataset<Row> rows, String path, long rowsPerFile) {
    rows.selectExpr(schema.fieldNames())
        .to(schema)
        .write()
        .option("maxRecordsPerFile", rowsPerFile)
        .mode(SaveMode.ErrorIfExists)
        .parquet(path);
  }

  /**
   * Writes rows on the driver to a new folder, as one file and without a Spark job.
   *
   * @return the rows as they would be read, with the names of the columns and Spark's own lists
   */
  public List<Row> write(SparkSession spark, List<Row> rows, String path) {
    try {
      return DriverRows.write(spark, schema, rows, path);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Creates a DataFrame of this table from rows on the driver. */
  public Dataset<Row> of(SparkSession spark, List<Row> rows) {
    return spark.createDataFrame(rows, schema);
  }
}
