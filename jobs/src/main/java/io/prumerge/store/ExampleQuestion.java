package io.prumerge.store;

import io.prumerge.spark.RecordColumns;
import java.util.List;
import java.util.Map;

/**
 * A question about an example's image.
 *
 * @param questionId unique in benchmark and split
 * @param prompt text for the model; {@code <image>} is an image's place, else the template places
 *     it
 * @param question as in the file, without the prompt's further words
 * @param category as in the file
 * @param answers of the reference, as in the file
 * @param options of a multiple-choice question, as in the file
 * @param maxNewTokens limit of the answer's tokens; null: the checkpoint's own
 * @param extra what only some benchmarks have, by name: the file's own id and more
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
