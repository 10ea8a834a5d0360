package io.prumerge.leaderboard;

import io.prumerge.store.Table;
import java.util.OptionalDouble;

/**
 * What a perfect choice of the method for each question would give on one benchmark: an upper
 * bound, since chance helps the best of many. Scores are means over questions, in percent.
 *
 * @param budget as in {@code report/leaderboard}; {@code all} for all methods but the baseline
 * @param nMethods methods to choose from; of several seeds, the first
 * @param n questions that these and the baseline answered, errors included
 * @param baselineScore mean score in percent of the baseline
 * @param bestMethod the best single method
 * @param bestScore its mean score in percent
 * @param oracleScore that of the best method for each question
 * @param nKeepable questions whose baseline gave an answer with a known number of tokens
 * @param keptShare share of these to which a method gave the same answer
 * @param visualTokensBaselineMean their visual tokens in a decoder layer under the baseline
 * @param visualTokensFewestMean the same under the cheapest method that keeps the answer, else the
 *     baseline
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

  /**
   * What choosing the best method for each question would give: an upper bound, since chance helps
   * the best of many. One row per run, benchmark, split and budget.
   */
  public static final Table<Oracle> TABLE = Table.of("oracle", Oracle.class);
}
