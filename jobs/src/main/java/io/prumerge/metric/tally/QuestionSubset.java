package io.prumerge.metric.tally;

import java.io.Serializable;
import java.util.Set;

/**
 * A subset of a benchmark's questions, with one tally.
 *
 * @param groups the groups of its questions, each question counted once; empty = all questions
 * @param unit the kind of its units; empty = that of questions with one unit
 */
public record QuestionSubset(Set<String> groups, String unit) implements Serializable {

  /** All questions. */
  public static final QuestionSubset ALL = new QuestionSubset(Set.of(), "");

  public QuestionSubset {
    groups = Set.copyOf(groups);
  }

  public static QuestionSubset of(String group) {
    return of(group, "");
  }

  /** Returns a group's questions, with units of a kind. */
  public static QuestionSubset of(String group, String unit) {
    return new QuestionSubset(Set.of(group), unit);
  }

  /** Returns the same questions, with units of another kind. */
  public QuestionSubset with(String kind) {
    return new QuestionSubset(groups, kind);
  }
}
