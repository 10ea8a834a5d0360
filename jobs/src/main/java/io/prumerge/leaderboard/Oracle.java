package io.prumerge.leaderboard;

import io.prumerge.store.ColumnExpressions;
import io.prumerge.store.Table;
import java.util.OptionalDouble;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;

/**
 * What a perfect choice of the method for each question would give on one benchmark: an upper
 * bound, since chance helps the best of many. Scores are means over questions, in percent.
 *
 * @param budget the methods' nominal budget, or {@code all} for all methods of the run
 * @param methods number of methods that it chooses from; of several seeds, the first
 * @param n questions that all of these and the baseline answered, errors included
 * @param bestMethod the method with the highest score over all these questions, and its score
 * @param oracleScore mean over questions of the best method's score
 * @param keepable questions whose baseline gave an answer with a known number of tokens
 * @param keptShare share of these to which a method gave the same answer
 * @param baselineTokens visual tokens in a decoder layer under the baseline, mean over these
 * @param fewestTokens the same under the cheapest method that keeps the answer; the baseline's
 *     where none does
 */
public record Oracle(
    String runId,
    String model,
    String benchmark,
    String split,
    String budget,
    long methods,
    long n,
    OptionalDouble baselineScore,
    String bestMethod,
    OptionalDouble bestScore,
    OptionalDouble oracleScore,
    long keepable,
    OptionalDouble keptShare,
    OptionalDouble baselineTokens,
    OptionalDouble fewestTokens) {

  /** Returns a row of {@link Table#ORACLE}. */
  public Row row() {
    return RowFactory.create(
        runId,
        model,
        benchmark,
        split,
        budget,
        methods,
        n,
        ColumnExpressions.boxed(baselineScore),
        bestMethod,
        ColumnExpressions.boxed(bestScore),
        ColumnExpressions.boxed(oracleScore),
        keepable,
        ColumnExpressions.boxed(keptShare),
        ColumnExpressions.boxed(baselineTokens),
        ColumnExpressions.boxed(fewestTokens));
  }
}
