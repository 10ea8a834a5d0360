package io.prumerge.report;

import io.prumerge.lang.Text;
import io.prumerge.store.Table;

/**
 * An answer that another tool scored otherwise than we do.
 *
 * @param profile the scoring profile here: that of the tool where the benchmark has it, else the
 *     benchmark's own
 * @param kind the first that holds: {@code repetition} (asked several times there), {@code failure}
 *     (a failed request, scored there as an answer), {@code judge} (a language model scored it
 *     there), {@code extraction} (the answer is not just what is read in it here), {@code prompt}
 *     (not that of {@code examples}), {@code rule} (another right answer, or compared otherwise)
 * @param answer null for a failure
 * @param parsed as in {@code scores}
 * @param gold as in {@code scores}
 * @param score as in {@code scores}
 * @param loggedScore as in {@code predictions}
 */
public record Rescored(
    String runId,
    String model,
    String benchmark,
    String split,
    String method,
    String questionId,
    String profile,
    RescoredKind kind,
    String answer,
    String parsed,
    String gold,
    double score,
    double loggedScore) {

  /**
   * One row per answer whose score in another tool's log and here differ by more than 0.005, as
   * logs may round; only of answers that logs have scored ({@code score --answers}).
   */
  public static final Table<Rescored> TABLE = Table.of("rescored", Rescored.class);

  /** Returns the expression of whether two columns hold scores that differ. */
  static String differ(String one, String other) {
    return Text.format("abs(%s - %s) > 0.005", one, other);
  }
}
