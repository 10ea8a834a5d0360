package io.prumerge.metric.tally;

import java.io.Serializable;
import java.util.Set;

/**
 * A subset of a benchmark's questions, with one tally.
 *
 * @param groups the groups of its questions, each question counted once; empty = all questions
 */
public record QuestionSubset(Set<String> groups) implements Serializable {

  /** All questions. */
  public static final QuestionSubset ALL = new QuestionSubset(Set.of());

  public QuestionSubset {
    groups = Set.copyOf(groups);
  }

  public static QuestionSubset of(String group) {
    return new QuestionSubset(Set.of(group));
  }
}
