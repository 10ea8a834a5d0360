package io.prumerge.benchmark;

import io.prumerge.benchmark.Benchmark.Reference;
import io.prumerge.benchmark.Benchmark.Score;
import java.util.Optional;

/**
 * One way to compare an answer with a question's reference. Stateless and thread-safe: scoring runs
 * in tasks, in any order, and equal answers to a question are scored once. It sees the answer and
 * the question's reference, and neither the model nor the method that answered.
 */
public interface AnswerRule {

  /**
   * Scores one answer. It is never called for errors and missing answers.
   *
   * @param answer generated text, stripped; in a profile with a judge, the judge's words
   * @param reference with at least one answer
   */
  Score score(String answer, Reference reference);

  /**
   * Returns why a reference cannot be compared with, as in {@code must be a number, it is 'x'}; its
   * row is then left out and counted. By default, every one can.
   *
   * @param reference with at least one answer
   */
  default Optional<String> problem(Reference reference) {
    return Optional.empty();
  }
}
