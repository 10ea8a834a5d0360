package io.prumerge.leaderboard;

import io.prumerge.spark.ColumnNames;
import io.prumerge.statistics.Interval;
import io.prumerge.store.Table;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * One line of a table of the leaderboard: a method, or the mean of several seeds of one. Figures
 * are means over benchmarks.
 *
 * @param budget the table: a nominal number of visual tokens ({@link NominalBudget})
 * @param name the method, or the method without its seed and the number of seeds
 * @param methods the methods of this line: one, or the seeds
 * @param accuracy score over questions, in percent: every question counts its own score, also where
 *     the benchmark's headline is F1, points or circles
 * @param accuracySd standard deviation over seeds; absent for a single one
 * @param retention percent of the baseline's headline figures
 * @param retentionInterval of 95 percent; absent for the baseline itself
 * @param retentionSd standard deviation over seeds
 * @param retentionChanceCorrected retention after the chance level is subtracted
 * @param letters two lines of a table differ significantly if and only if they share no letter;
 *     empty without a retention
 * @param loyalty share of answers equal to the baseline's, in percent; absent for the baseline
 * @param visualTokensLayerMean visual tokens in a decoder layer
 * @param flopsTotalMean of one question computed alone
 * @param msSelectMean measured time of the method's own rule, part of the reduction
 * @param msPrefillMean measured time of the prefill
 * @param scoreEasy score on questions that the smaller picture answers, in percent; absent without
 *     it
 * @param scoreHard score on the others
 */
public record Standing(
    String runId,
    String model,
    String budget,
    @ColumnNames("method") String name,
    List<String> methods,
    OptionalDouble accuracy,
    OptionalDouble accuracySd,
    OptionalDouble retention,
    @ColumnNames({"retention_ci_low", "retention_ci_high"}) Optional<Interval> retentionInterval,
    OptionalDouble retentionSd,
    OptionalDouble retentionChanceCorrected,
    String letters,
    OptionalDouble loyalty,
    OptionalDouble visualTokensLayerMean,
    OptionalDouble flopsTotalMean,
    OptionalDouble msSelectMean,
    OptionalDouble msPrefillMean,
    OptionalDouble scoreEasy,
    OptionalDouble scoreHard) {

  /** One row per run, budget and line of the leaderboard. */
  public static final Table<Standing> TABLE = Table.of("leaderboard", Standing.class);

  public Standing {
    methods = List.copyOf(methods);
  }
}
