package io.prumerge.benchmark;

/** How a figure over several groups is computed. */
public enum Pooling {
  /**
   * All questions of the groups together; a question in several groups counts once. Absent if a
   * named group has no answers.
   */
  QUESTIONS,
  /**
   * The unweighted mean of the groups' figures; absent if one of them is absent. If the rule names
   * no groups, groups without answers are left out.
   */
  MEAN_OF_GROUPS,
  /** The sum of the groups' figures; groups without answers add nothing, with a warning. */
  SUM_OF_GROUPS
}
