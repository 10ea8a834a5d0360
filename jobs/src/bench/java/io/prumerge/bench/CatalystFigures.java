package io.prumerge.bench;

import static org.apache.spark.sql.functions.expr;

import java.util.List;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * VQAv2's accuracy by method with errors clustered by image, in Spark SQL's own operators: what
 * {@code Scores} and {@code Metrics} are measured against. Normalises answers only as far as
 * generated runs need, which favours this side.
 */
final class CatalystFigures {

  /**
   * One figure in percent.
   *
   * @param category {@code all}, or a group of questions
   */
  record Figure(String method, String category, double value, double stderr) {}

  private static final String ALL = "array('all')";
  private static final String EVERY =
      "array_distinct(concat(array('all', category), split(extra['groups'], '\\n')))";

  /** VQAv2's evaluation leaves answers as they are where all annotators agree. */
  private static final String EQUAL =
      "size(filter(answers, a -> a = if(size(array_distinct(answers)) = 1, trim(answer),"
          + " regexp_replace(lower(trim(answer)), '[.]$', ''))))";

  private CatalystFigures() {}

  /** Returns each method's overall accuracy. */
  static List<Figure> overall(Dataset<Row> predictions, Dataset<Row> questions) {
    return of(predictions, questions, ALL);
  }

  /** Returns each method's accuracy, overall and in every group of questions. */
  static List<Figure> everyGroup(Dataset<Row> predictions, Dataset<Row> questions) {
    return of(predictions, questions, EVERY);
  }

  private static List<Figure> of(
      Dataset<Row> predictions, Dataset<Row> questions, String categories) {
    Dataset<Row> asked =
        questions.select(
            expr("benchmark"),
            expr("split"),
            expr("question_id"),
            expr("answers"),
            expr(categories).as("categories"));
    return predictions
        .select("method", "benchmark", "split", "question_id", "image_sha256", "answer", "error")
        .join(asked, new String[] {"benchmark", "split", "question_id"})
        .select(
            expr("method"),
            expr("categories"),
            expr("xxhash64(image_sha256)").as("image"),
            expr("if(error IS NULL, " + EQUAL + ", -1)").as("equal"))
        .select(
            expr("method"),
            expr("image"),
            expr("explode(categories)").as("category"),
            // Ten times nine annotators: those who gave the answer leave one of them less.
            expr("if(equal < 0, 0D, (equal * least(3, equal - 1)"
                    + " + (10 - equal) * least(3, equal)) / 30D)")
                .as("score"))
        .groupBy("method", "category", "image")
        .agg(expr("sum(score) AS s"), expr("CAST(count(*) AS DOUBLE) AS n"))
        .groupBy("method", "category")
        .agg(
            expr("sum(s) / sum(n) AS mean"),
            expr("sum(n) AS all"),
            expr("sum(s * s) AS ss"),
            expr("sum(s * n) AS sn"),
            expr("sum(n * n) AS nn"),
            expr("count(*) AS images"))
        .selectExpr(
            "method",
            "category",
            "100 * mean",
            // The sum over images of (s - mean * n) squared, multiplied out.
            "100 * sqrt((ss - 2 * mean * sn + mean * mean * nn) * images / (images - 1)) / all")
        .collectAsList()
        .stream()
        .map(
            row ->
                new Figure(row.getString(0), row.getString(1), row.getDouble(2), row.getDouble(3)))
        .toList();
  }
}
