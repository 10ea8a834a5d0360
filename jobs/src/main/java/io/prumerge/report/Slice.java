package io.prumerge.report;

import java.io.Serializable;
import java.util.Set;

/**
 * Some of a benchmark's questions, for which one tally is kept.
 *
 * @param groups whose questions, each counted once; empty = all questions
 */
record Slice(Set<String> groups) implements Serializable {

  /** All questions. */
  static final Slice ALL = new Slice(Set.of());

  Slice {
    groups = Set.copyOf(groups);
  }

  static Slice of(String group) {
    return new Slice(Set.of(group));
  }
}
