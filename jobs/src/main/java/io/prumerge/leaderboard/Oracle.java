package io.prumerge.leaderboard;

import io.prumerge.store.Table;
import java.util.OptionalDouble;

/**
 * What a perfect choice of the method for each question would give on one benchmark: an upper
 * bound, since chance helps the best of many. Scores are means over questions, in percent.
 *
 * @param budget the methods' nominal budget, or {@code all} for all methods of the run
 * @param nMethods number of methods that it chooses from; of several seeds, the first
 * @param n questions that all of these and the baseline answered, errors included
 * @param bestMethod the method with the highest score over all these questions, and its score
 * @param oracleScore mean over questions of the best method's score
 * @param nKeepable questions whose baseline gave an answer with a known number of tokens
 * @param keptShare share of these to which a method gave the same answer
 * @param visualTokensBaselineMean visual tokens in a decoder layer with the baseline, mean over
 *     these
 * @param visualTokensFewestMean the same with the cheapest method that keeps the answer; the
 *     baseline's where none does
 */
public record Oracle(
    String runId,
    String model,
    String benchmark,
    String split,
    String budget,
    long nMethods,
    long n,
    OptionalDouble baselineScore,
    String bestMethod,
    OptionalDouble bestScore,
    OptionalDouble oracleScore,
    long nKeepable,
    OptionalDouble keptShare,
    OptionalDouble visualTokensBaselineMean,
    OptionalDouble visualTokensFewestMean) {

  /** One row per run, benchmark, split and budget. */
  public static final Table<Oracle> TABLE = Table.of("oracle", Oracle.class);
}
