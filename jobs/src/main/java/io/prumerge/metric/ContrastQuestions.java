package io.prumerge.metric;

import io.prumerge.console.Texts;
import io.prumerge.spark.ColumnNames;
import java.io.Serializable;
import java.util.Locale;
import java.util.Optional;

/**
 * Numbers of questions that were answered, errors included.
 *
 * @param both questions that both methods answered; figures of two runs are over these
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

  /** Says so if the two methods answered different questions. */
  Optional<String> caveat() {
    return said(
        String.format(Locale.ROOT, "%,d", both),
        "the two methods answered different questions: %s both, %,d only the first, %,d only the"
            + " second");
  }

  /** Says so if a figure is over the shared questions only. */
  Optional<String> sharedCaveat() {
    return said(
        Texts.count(both, "question"),
        "over the %s that both answered; %,d only the first, %,d only the second answered");
  }

  private Optional<String> said(String shared, String numbers) {
    return onlyA + onlyB == 0
        ? Optional.empty()
        : Optional.of(String.format(Locale.ROOT, numbers, shared, onlyA, onlyB));
  }
}
