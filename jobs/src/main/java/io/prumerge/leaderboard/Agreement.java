package io.prumerge.leaderboard;

import io.prumerge.store.Table;
import java.util.OptionalDouble;

/**
 * How far two methods of a run agree on a benchmark. Shares are in percent.
 *
 * @param n questions that both answered, errors included
 * @param sameAnswer share of these to which both gave the same answer, as the benchmark's own
 *     profile reads it; an error equals nothing
 * @param equallyRight share of these with the same score
 * @param nKept questions for whose image both name the patches that they keep
 * @param keptOverlap patches that both keep divided by those that one of them keeps (Jaccard's
 *     index), mean over these questions
 */
public record Agreement(
    String runId,
    String model,
    String benchmark,
    String split,
    String a,
    String b,
    long n,
    OptionalDouble sameAnswer,
    OptionalDouble equallyRight,
    long nKept,
    OptionalDouble keptOverlap) {

  /** One row per run, benchmark, split and pair of methods with the same budget. */
  public static final Table<Agreement> TABLE = Table.of("agreement", Agreement.class);
}
