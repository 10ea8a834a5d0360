package io.prumerge.benchmark;

import java.util.Optional;

/**
 * A question with its answer.
 *
 * @param said generated text, stripped, which may be empty; none if the question has an error or
 *     was not answered
 * @param prompt that was asked, if it is known: the question's own is that of its benchmark's usual
 *     wording
 * @param facts what else is known of the answer, an error among it
 */
public record AnsweredQuestion(
    BenchmarkQuestion question, Optional<String> said, Optional<String> prompt, AnswerFacts facts) {

  /** An answer of which nothing else is known. */
  public AnsweredQuestion(BenchmarkQuestion question, String said) {
    this(question, Optional.of(said), Optional.empty(), AnswerFacts.NONE);
  }

  /** Returns the answer as files have it that know no other: empty if there is none. */
  public String answer() {
    return said.orElse("");
  }
}
