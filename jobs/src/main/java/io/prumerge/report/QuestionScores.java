package io.prumerge.report;

import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.concat;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.not;
import static org.apache.spark.sql.functions.sum;
import static org.apache.spark.sql.functions.when;

import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** Scores beside what they are grouped by, summed up per image: the ground of all metrics. */
final class QuestionScores {

  /** Grouping columns of one method's result; {@code answered_only} leaves the errors out. */
  static final String[] KEY = {
    "run_id", "model", "benchmark", "split", "method", "profile", "answered_only"
  };

  /** The same by category. */
  static final String[] CATEGORY_KEY = {
    "run_id", "model", "benchmark", "split", "method", "profile", "answered_only", "category"
  };

  /** Sums per image, added up further by every coarser grouping. */
  static final String[] SUMS = {
    "n", "n_errors", "n_unparsed", "n_missing", "score", "yes", "tp", "fp", "fn", "tn"
  };

  private QuestionScores() {}

  /**
   * Sums per {@link #KEY}, category and cluster. A cluster is an image with its questions, which
   * are not independent; a text-only question is one of its own.
   *
   * <p>A row with an error counts as wrong: score 0, and the opposite of its label.
   */
  static Dataset<Row> perImage(Dataset<Row> predictions, Dataset<Row> scores) {
    String[] key = {"run_id", "benchmark", "split", "method", "question_id"};
    Dataset<Row> questions =
        scores
            .join(
                predictions.select(
                    col("run_id"),
                    col("benchmark"),
                    col("split"),
                    col("method"),
                    col("question_id"),
                    col("model"),
                    col("category"),
                    col("error").isNotNull().as("failed"),
                    coalesce(
                            concat(lit("image "), col("image_id")),
                            concat(lit("question "), col("question_id")))
                        .as("cluster")),
                key)
            .withColumn("answered_only", lit(false));
    Dataset<Row> answered =
        questions.where(not(col("failed"))).withColumn("answered_only", lit(true));
    Column isYes = col("gold").equalTo("yes");
    Column saysYes = when(col("failed"), not(isYes)).otherwise(col("parsed").equalTo("yes"));
    Column there = col("score").isNotNull();
    return questions
        .unionByName(answered)
        .withColumn("is_yes", isYes)
        .withColumn("says_yes", saysYes)
        .groupBy(Columns.of(CATEGORY_KEY, col("cluster")))
        .agg(
            Columns.countWhere(there).as("n"),
            Columns.countWhere(col("failed")).as("n_errors"),
            Columns.countWhere(col("unparsed")).as("n_unparsed"),
            count(lit(1)).minus(Columns.countWhere(there)).as("n_missing"),
            coalesce(sum(col("score")), lit(0.0)).as("score"),
            Columns.countWhere(there.and(col("says_yes"))).as("yes"),
            Columns.countWhere(there.and(col("says_yes")).and(col("is_yes"))).as("tp"),
            Columns.countWhere(there.and(col("says_yes")).and(not(col("is_yes")))).as("fp"),
            Columns.countWhere(there.and(not(col("says_yes"))).and(col("is_yes"))).as("fn"),
            Columns.countWhere(there.and(not(col("says_yes"))).and(not(col("is_yes")))).as("tn"));
  }
}
