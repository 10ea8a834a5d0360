package io.prumerge.benchmark.rule;

import io.prumerge.benchmark.Benchmark.Reference;
import io.prumerge.benchmark.Benchmark.Score;
import io.prumerge.benchmark.Drawing;
import java.util.Optional;

/** One way to compare an answer with a question's reference. Stateless and thread-safe. */
public interface AnswerRule {

  /**
   * Scores one answer.
   *
   * @param answer generated text, stripped
   * @param reference with at least one answer
   */
  Score score(String answer, Reference reference);

  /** Returns why a reference cannot be compared with; empty if it can. */
  default Optional<String> problem(Reference reference) {
    return Optional.empty();
  }

  /** Returns how values are drawn for undecided answers; empty if none are. */
  default Optional<Drawing> drawing() {
    return Optional.empty();
  }

  /** Returns whether answers are yes or no, so that there are recall and precision. */
  default boolean isYesNo() {
    return false;
  }
}
