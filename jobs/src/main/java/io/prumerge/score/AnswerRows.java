package io.prumerge.score;

import static org.apache.spark.sql.functions.expr;
import static org.apache.spark.sql.functions.lit;

import io.prumerge.lang.Optionals;
import io.prumerge.prepare.StagedQuestion;
import io.prumerge.store.Table;
import java.util.OptionalInt;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * Answers of files as rows of {@link Table#PREDICTIONS}. What files do not say is null.
 *
 * @param split the answers' name of the split of these questions
 */
record AnswerRows(QuestionSet asked, String split) {

  /** Returns the rows of one set of answers, without what their questions say. */
  Dataset<Row> of(MatchedAnswers answers, LabelledAnswers set, String run, String model) {
    OptionalInt tokens = set.visualTokens();
    return answers
        .rows()
        .withColumn("run_id", lit(run))
        .withColumn("model", lit(model))
        .withColumn("benchmark", lit(asked.benchmark().name()))
        .withColumn("split", lit(split))
        .withColumn("method", lit(set.label()))
        .withColumn("prompt_sha256", expr("sha2(prompt, 256)"))
        .withColumn("visual_tokens_after", lit(Optionals.orNull(tokens)).cast("int"))
        .withColumn("image_sha256", expr("CAST(NULL AS STRING)"));
  }

  /**
   * Returns rows of {@link Table#PREDICTIONS}.
   *
   * @param said as of {@link #of}
   */
  Dataset<Row> predictions(Dataset<Row> said) {
    Dataset<Row> questions =
        asked
            .rows()
            .selectExpr(
                "question.question_id",
                "if(text_only, NULL, id) AS image_id",
                "question.category",
                StagedQuestion.VIDEO + " AS video");
    return Table.PREDICTIONS.filled(said.join(questions, new String[] {"question_id"}));
  }

  /** Returns the questions as rows of {@link Table#EXAMPLES} without pictures. */
  Dataset<Row> examples() {
    return Table.EXAMPLES.filled(
        asked
            .rows()
            .groupBy("text_only", "id")
            .agg(
                expr(
                    "array_sort(collect_list(struct(position, question)), (one, other) ->"
                        + " CAST(sign(one.position - other.position) AS INT)) AS numbered"))
            .selectExpr(
                "if(text_only, NULL, id) AS image_id",
                "transform(numbered, one -> one.question) AS questions")
            .withColumn("benchmark", lit(asked.benchmark().name()))
            .withColumn("split", lit(split)));
  }
}
