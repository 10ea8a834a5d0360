package io.prumerge.score;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.concat_ws;
import static org.apache.spark.sql.functions.expr;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.when;

import java.util.List;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;

/**
 * Answers that the limit of tokens cut within a thought, which its template had opened: nothing in
 * their text tells it from an answer. Other answers of the same model do, in which such a thought
 * has an end.
 */
final class CutThoughts {

  private static final String FINISH_REASON = "finish_reason";
  private static final String ANSWER = "answer";

  private static final String ENDED =
      "contains(answer, '</think>') AND NOT contains(answer, '<think>')";

  private static final String CUT = "finish_reason = 'length' AND NOT contains(answer, '</think>')";

  private CutThoughts() {}

  /**
   * Returns answers with an empty one in the place of each such thought. A job looks for models
   * that think.
   *
   * @param predictions unchanged where they do not say how answers ended
   */
  static Dataset<Row> emptied(Dataset<Row> predictions) {
    if (!List.of(predictions.columns()).contains(FINISH_REASON)) {
      return predictions;
    }
    Column model = concat_ws("\n", col("model"), col("method"));
    List<String> thinking =
        predictions.where(ENDED).select(model).distinct().as(Encoders.STRING()).collectAsList();
    return thinking.isEmpty()
        ? predictions
        : predictions.withColumn(
            ANSWER,
            when(expr(CUT).and(model.isin(thinking.toArray())), lit("")).otherwise(col(ANSWER)));
  }
}
