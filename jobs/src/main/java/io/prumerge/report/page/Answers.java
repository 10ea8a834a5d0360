package io.prumerge.report.page;

import static org.apache.spark.sql.functions.broadcast;
import static org.apache.spark.sql.functions.expr;

import io.prumerge.score.Scores;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;

/** The answers of all methods to a few questions. */
final class Answers {

  /** Characters of a prompt that the page shows. */
  static final int LONGEST_PROMPT = 500;

  /** Characters of an answer, an error or a reference that the page shows. */
  static final int LONGEST = 300;

  private static final StructType KEY =
      StructType.fromDDL("benchmark STRING, split STRING, question_id STRING");

  private static final String[] RESULT = {"run_id", "benchmark", "split", "method", "question_id"};

  private Answers() {}

  /**
   * Returns the chosen questions' predictions with {@code gold} and {@code score}. Texts are cut
   * one character after the longest that the page shows.
   */
  static List<Row> of(
      SparkSession spark,
      Dataset<Row> predictions,
      Dataset<Row> scores,
      List<ChosenPicture> chosen) {
    List<Row> keys = new ArrayList<>();
    for (ChosenPicture one : chosen) {
      for (String id : one.questions()) {
        keys.add(RowFactory.create(one.picture().benchmark(), one.picture().split(), id));
      }
    }
    Dataset<Row> asked = broadcast(spark.createDataFrame(keys, KEY));
    Dataset<Row> marks =
        scores
            .where(Scores.ownProfile())
            .join(asked, KEY.fieldNames(), "left_semi")
            .selectExpr(
                "run_id", "benchmark", "split", "method", "question_id", cut("gold"), "score");
    return predictions
        .join(asked, KEY.fieldNames(), "left_semi")
        .withColumn(
            "prompt", expr(String.format(Locale.ROOT, "left(prompt, %d)", LONGEST_PROMPT + 1)))
        .join(marks, RESULT, "left")
        .selectExpr(
            "run_id",
            "model",
            "method",
            "benchmark",
            "split",
            "image_id",
            "image_sha256",
            "question_id",
            "prompt",
            cut("answer"),
            cut("error"),
            "gold",
            "score",
            "visual_tokens_before",
            "visual_tokens_after",
            "kept_indices")
        .collectAsList();
  }

  private static String cut(String column) {
    return String.format(Locale.ROOT, "left(%s, %d) AS %s", column, LONGEST + 1, column);
  }
}
