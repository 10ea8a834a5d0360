package io.prumerge.report;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.expr;
import static org.apache.spark.sql.functions.lit;

import io.prumerge.benchmark.BenchmarkQuestion;
import io.prumerge.benchmark.Benchmarks;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.expressions.Window;
import org.apache.spark.sql.expressions.WindowSpec;

/**
 * Adds up scores by category and over all, with the spread between images.
 *
 * <p>A mean is a weighted sum over questions: within a category every question weighs 1/n; over all
 * it weighs 1/(categories · n of its category) where categories are averaged, else 1/n of all. Its
 * variance is estimated from the weighted residuals, summed per image first (cluster sandwich).
 */
final class ScoreGroups {

  private ScoreGroups() {}

  /** One group per result and category, and one per result with category {@code all}. */
  static List<ScoreGroup> of(Dataset<Row> predictions, Dataset<Row> scores) {
    // A row per image and method, a few numbers each: small beside the predictions, used twice.
    Dataset<Row> images = QuestionScores.perImage(predictions, scores).cache();
    try {
      Dataset<Row> residuals = residuals(images);
      List<ScoreGroup> groups = new ArrayList<>();
      groups.addAll(groups(images, residuals, QuestionScores.CATEGORY_KEY, "category"));
      groups.addAll(groups(images, residuals, QuestionScores.KEY, "overall"));
      return groups;
    } finally {
      images.unpersist();
    }
  }

  /** Sums and squared residuals by {@code key}; residuals weighted as {@code scope} says. */
  private static List<ScoreGroup> groups(
      Dataset<Row> images, Dataset<Row> residuals, String[] key, String scope) {
    Dataset<Row> squares =
        residuals
            .groupBy(Columns.of(key, col("cluster")))
            .agg(
                expr("sum(%s_weight * score_%s)".formatted(scope, scope)).as("score_residual"),
                expr("sum(%s_weight * yes_%s)".formatted(scope, scope)).as("yes_residual"),
                expr("sum(n)").as("cluster_n"))
            .groupBy(Columns.of(key))
            .agg(
                expr("sum(score_residual * score_residual)").as("score_squares"),
                expr("sum(yes_residual * yes_residual)").as("yes_squares"),
                Columns.countWhere(col("cluster_n").gt(0)).as("n_clusters"));
    Dataset<Row> sums =
        Columns.sums(images, Columns.of(key), QuestionScores.SUMS)
            .join(squares, key, "left")
            .na()
            .fill(0, new String[] {"n_clusters"});
    Dataset<Row> named =
        key.length == QuestionScores.KEY.length
            ? sums.withColumn("category", lit(BenchmarkQuestion.ALL_CATEGORIES))
            : sums;
    return named.collectAsList().stream().map(ScoreGroup::of).toList();
  }

  /** Each image's scores minus what its questions would have at the mean, with their weights. */
  private static Dataset<Row> residuals(Dataset<Row> images) {
    Column averaged = col("benchmark").isin(Benchmarks.averaged().toArray(Object[]::new));
    WindowSpec result = Window.partitionBy(Columns.of(QuestionScores.KEY));
    Dataset<Row> means =
        Columns.sums(
                images.where(col("n").gt(0)),
                Columns.of(QuestionScores.CATEGORY_KEY),
                "n",
                "score",
                "yes")
            .withColumn("categories", expr("count(1)").over(result))
            .withColumn("all_n", expr("sum(n)").over(result))
            .withColumn("all_score", expr("sum(score)").over(result))
            .withColumn("all_yes", expr("sum(yes)").over(result))
            .withColumn("averaged", averaged)
            .select(
                Columns.of(
                    QuestionScores.CATEGORY_KEY,
                    expr("1 / n AS category_weight"),
                    expr("if(averaged, 1 / (categories * n), 1 / all_n) AS overall_weight"),
                    expr("score / n AS category_mean_score"),
                    expr("yes / n AS category_mean_yes"),
                    expr("if(averaged, score / n, all_score / all_n) AS overall_mean_score"),
                    expr("if(averaged, yes / n, all_yes / all_n) AS overall_mean_yes")));
    return images
        .join(means, QuestionScores.CATEGORY_KEY)
        .withColumn("score_category", expr("score - n * category_mean_score"))
        .withColumn("yes_category", expr("yes - n * category_mean_yes"))
        .withColumn("score_overall", expr("score - n * overall_mean_score"))
        .withColumn("yes_overall", expr("yes - n * overall_mean_yes"));
  }
}
