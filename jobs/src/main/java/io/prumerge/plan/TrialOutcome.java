package io.prumerge.plan;

import java.util.Optional;

/**
 * The outcome of a method's trial.
 *
 * @param estimate the method's result on a picture about as large as the mean; empty if it is
 *     refused
 * @param refusal why it cannot be used
 * @param misfit which pictures it cannot reduce, in a sentence; empty if it can reduce all
 */
record TrialOutcome(
    Optional<MethodEstimate> estimate, Optional<String> refusal, Optional<String> misfit) {

  /** It is not tried yet. */
  static final TrialOutcome LATER =
      new TrialOutcome(Optional.empty(), Optional.empty(), Optional.empty());

  static TrialOutcome refused(String why) {
    return new TrialOutcome(Optional.empty(), Optional.of(why), Optional.empty());
  }
}
