package io.prumerge.leaderboard;

import io.prumerge.statistics.Interval;
import io.prumerge.store.ColumnExpressions;
import io.prumerge.store.Table;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;

/**
 * One line of a table of the leaderboard: a method, or the mean of several seeds of one. Figures
 * are means over benchmarks.
 *
 * @param budget the table: a nominal number of visual tokens ({@link NominalBudget})
 * @param name the method, or the method without its seed and the number of seeds
 * @param methods the methods of this line: one, or the seeds
 * @param accuracy score over questions, in percent: every question counts its own score, also where
 *     the benchmark's headline is F1, points or circles
 * @param accuracySpread standard deviation over seeds; absent for a single one
 * @param retention percent of the baseline's headline figures
 * @param retentionInterval of 95 percent; absent for the baseline itself
 * @param retentionSpread standard deviation over seeds
 * @param retentionAboveChance retention after the chance level is subtracted
 * @param letters two lines of a table differ significantly if and only if they share no letter;
 *     empty without a retention
 * @param loyalty share of answers equal to the baseline's, in percent; absent for the baseline
 * @param tokens visual tokens in a decoder layer
 * @param flops of one question computed alone
 * @param selectMillis measured time of the method's own rule, part of the reduction
 * @param prefillMillis measured time of the prefill
 * @param easy score on questions that the smaller picture answers, in percent; absent without it
 * @param hard score on the others
 */
public record Standing(
    String runId,
    String model,
    String budget,
    String name,
    List<String> methods,
    OptionalDouble accuracy,
    OptionalDouble accuracySpread,
    OptionalDouble retention,
    Optional<Interval> retentionInterval,
    OptionalDouble retentionSpread,
    OptionalDouble retentionAboveChance,
    String letters,
    OptionalDouble loyalty,
    OptionalDouble tokens,
    OptionalDouble flops,
    OptionalDouble selectMillis,
    OptionalDouble prefillMillis,
    OptionalDouble easy,
    OptionalDouble hard) {

  public Standing {
    methods = List.copyOf(methods);
  }

  /** Returns a row of {@link Table#LEADERBOARD}. */
  public Row row() {
    return RowFactory.create(
        runId,
        model,
        budget,
        name,
        methods,
        ColumnExpressions.boxed(accuracy),
        ColumnExpressions.boxed(accuracySpread),
        ColumnExpressions.boxed(retention),
        retentionInterval.map(Interval::low).orElse(null),
        retentionInterval.map(Interval::high).orElse(null),
        ColumnExpressions.boxed(retentionSpread),
        ColumnExpressions.boxed(retentionAboveChance),
        letters,
        ColumnExpressions.boxed(loyalty),
        ColumnExpressions.boxed(tokens),
        ColumnExpressions.boxed(flops),
        ColumnExpressions.boxed(selectMillis),
        ColumnExpressions.boxed(prefillMillis),
        ColumnExpressions.boxed(easy),
        ColumnExpressions.boxed(hard));
  }
}
