package io.prumerge.metric;

import java.io.Serializable;
import java.util.Set;

/**
 * A subset of a benchmark's questions, with one tally.
 *
 * @param groups the groups of its questions, each question counted once; empty = all questions
 */
record QuestionSubset(Set<String> groups) implements Serializable {

  /** All questions. */
  static final QuestionSubset ALL = new QuestionSubset(Set.of());

  QuestionSubset {
    groups = Set.copyOf(groups);
  }

  static QuestionSubset of(String group) {
    return new QuestionSubset(Set.of(group));
  }
}
