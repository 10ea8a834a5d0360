package io.prumerge.benchmark;

import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/**
 * What is known of an answer besides its text, by another tool's file or by predictions.
 *
 * @param failure why there is no answer, if one was asked for; its text is no answer then
 * @param generated tokens of the answer
 * @param score 0 to 1, what another tool's own evaluator gave
 */
public record AnswerFacts(Optional<String> failure, OptionalInt generated, OptionalDouble score) {

  /** Nothing is known. */
  public static final AnswerFacts NONE =
      new AnswerFacts(Optional.empty(), OptionalInt.empty(), OptionalDouble.empty());
}
