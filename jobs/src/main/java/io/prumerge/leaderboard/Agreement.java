package io.prumerge.leaderboard;

import io.prumerge.spark.AddedLater;
import io.prumerge.store.Table;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * How far two methods of a run agree on a benchmark. Shares are in percent.
 *
 * @param a a method
 * @param b the other
 * @param n questions that both answered, errors included
 * @param sameAnswer share of these with the same answer, as the benchmark's own profile reads it;
 *     an error equals nothing
 * @param equallyRight share of these with the same score
 * @param nKept questions for whose image both have {@code kept_indices}
 * @param keptOverlap patches that both keep / that either keeps (Jaccard), mean over these; of two
 *     random choices of k of N about k / (2N - k)
 * @param nRightToWrong questions of which {@code a} has at least half of the score and {@code b}
 *     less
 * @param nWrongToRight the other way round
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
    OptionalDouble keptOverlap,
    @AddedLater Optional<Long> nRightToWrong,
    @AddedLater Optional<Long> nWrongToRight) {

  /**
   * One row per run, benchmark, split and pair of methods in one table of the leaderboard; of
   * several seeds, the first. Shares are in percent. Profiles with a judge have none.
   */
  public static final Table<Agreement> TABLE = Table.of("agreement", Agreement.class);
}
