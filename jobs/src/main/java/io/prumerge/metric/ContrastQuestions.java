package io.prumerge.metric;

import io.prumerge.console.Texts;
import io.prumerge.lang.Text;
import io.prumerge.spark.ColumnNames;
import java.io.Serializable;
import java.util.Optional;

/**
 * Numbers of questions that were answered, errors included.
 *
 * @param both questions that both methods answered; figures of the two are over these
 * @param onlyA that the first one alone answered
 * @param onlyB that the second one alone answered
 */
public record ContrastQuestions(
    @ColumnNames("n_both") long both,
    @ColumnNames("n_only_a") long onlyA,
    @ColumnNames("n_only_b") long onlyB)
    implements Serializable {

  static final ContrastQuestions NONE = new ContrastQuestions(0, 0, 0);

  ContrastQuestions plus(ContrastQuestions more) {
    return new ContrastQuestions(both + more.both, onlyA + more.onlyA, onlyB + more.onlyB);
  }

  boolean areSame() {
    return onlyA + onlyB == 0;
  }

  /** Says so if a figure is over the shared questions only. */
  Optional<String> sharedCaveat() {
    return said(
        Texts.count(both, "question"),
        "over the %s that both answered; %,d only the first, %,d only the second answered");
  }

  /** Says so if a method's difference to the baseline is over the shared questions only. */
  Optional<String> differenceCaveat() {
    return said(
        Texts.count(both, "question"),
        "the difference is over the %s that the baseline answered too; %,d only this one, %,d only"
            + " the baseline answered");
  }

  private Optional<String> said(String shared, String numbers) {
    return areSame() ? Optional.empty() : Optional.of(Text.format(numbers, shared, onlyA, onlyB));
  }
}
