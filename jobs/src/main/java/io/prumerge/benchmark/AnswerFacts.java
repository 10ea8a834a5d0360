package io.prumerge.benchmark;

import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/**
 * What another tool's file says of an answer besides its text.
 *
 * @param failure why there is no answer, if the tool asked without getting one; its text is no
 *     answer then
 * @param generated tokens of the answer
 * @param score 0 to 1, what the tool's own evaluator gave
 */
public record AnswerFacts(Optional<String> failure, OptionalInt generated, OptionalDouble score) {

  /** Nothing is known. */
  public static final AnswerFacts NONE =
      new AnswerFacts(Optional.empty(), OptionalInt.empty(), OptionalDouble.empty());
}
