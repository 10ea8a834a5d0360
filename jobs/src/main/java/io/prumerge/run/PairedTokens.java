package io.prumerge.run;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.max;
import static org.apache.spark.sql.functions.when;

import io.prumerge.reduction.MethodSpec;
import io.prumerge.settings.RunConfiguration;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.expressions.Window;

/**
 * The visual tokens before reduction of answers under a budget, or by other servers of a model: no
 * server says of its own what it drops, so these are the tokens that the model's own server counts
 * for the question under {@code none}.
 */
final class PairedTokens {

  private static final String BEFORE = "visual_tokens_before";

  private PairedTokens() {}

  /**
   * Returns answers with their visual tokens before reduction: null where the model's own server
   * does not count them, and with an error. Lazy, as the answers are.
   *
   * @param answers all answers to each question
   */
  static Dataset<Row> told(Dataset<Row> answers, RunConfiguration configuration) {
    boolean several = configuration.methods().size() > 1;
    boolean compared = configuration.methods().contains(MethodSpec.NONE.toString());
    if (configuration.endpoint().isEmpty() || !several || !compared) {
      return answers;
    }
    Column own = col("method").equalTo(MethodSpec.NONE.toString());
    Column counted =
        max(when(own, col(BEFORE))).over(Window.partitionBy("benchmark", "split", "question_id"));
    return answers.withColumn(
        BEFORE, when(own, col(BEFORE)).otherwise(when(col("error").isNull(), counted)));
  }
}
