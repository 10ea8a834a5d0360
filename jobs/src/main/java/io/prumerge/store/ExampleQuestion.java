package io.prumerge.store;

import io.prumerge.spark.RecordColumns;
import java.util.List;
import java.util.Map;

/**
 * A question about an example's image.
 *
 * @param question without the prompt's further words
 * @param answers of the reference
 * @param options of a multiple-choice question
 * @param maxNewTokens null for the run's own limit
 * @param extra what only some benchmarks have, by name
 */
public record ExampleQuestion(
    String questionId,
    String prompt,
    String question,
    String category,
    List<String> answers,
    List<String> options,
    Integer maxNewTokens,
    Map<String, String> extra) {

  /** The fields of the column {@code questions}. */
  public static final RecordColumns<ExampleQuestion> COLUMNS =
      RecordColumns.of(ExampleQuestion.class);

  /** Returns this question with other further values. */
  public ExampleQuestion withExtra(Map<String, String> values) {
    return new ExampleQuestion(
        questionId, prompt, question, category, answers, options, maxNewTokens, values);
  }
}
