package io.prumerge.leaderboard;

import io.prumerge.spark.AddedLater;
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
 * @param budget the table: visual tokens in the name, {@code 48} of {@code tokens=48}, {@code
 *     tokens=@mean:48}, {@code rows} x {@code cols}, {@code dominant} + {@code contextual}; {@code
 *     25%} of {@code tokens=25%}; {@code @SPEC} or {@code flops=@SPEC}, as many as that method,
 *     which is in this table too; else {@code own}
 * @param name the line's name: the method, or the method without its seed and the number of seeds
 * @param methods its methods: one, or the seeds
 * @param accuracy mean score of questions in percent, whatever the headline
 * @param accuracySd standard deviation over seeds; null for a single one
 * @param retentionInterval 95 % interval; of seeds, of their mean, over images; null for the
 *     baseline
 * @param retentionSd standard deviation over seeds
 * @param letters two lines of a table differ significantly if and only if they share no letter; the
 *     best has {@code a}; empty without retention
 * @param loyalty share of answers equal to the baseline's, in percent; null for the baseline
 * @param visualTokensLayerMean as in {@code report/efficiency}
 * @param flopsTotalMean as in {@code report/efficiency}
 * @param msSelectMean as in {@code report/efficiency}
 * @param msPrefillMean as in {@code report/efficiency}
 * @param scoreEasy of {@code report/difficulty}; null without {@code downsample} and {@code resize}
 * @param scoreHard likewise
 * @param protocol which frames of the videos were seen; null without videos
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
    OptionalDouble scoreHard,
    @AddedLater Optional<String> protocol) {

  /**
   * One row per run, nominal budget and line: a method, or several seeds of one; the baseline is in
   * each table. Figures are means over benchmarks, then over seeds.
   */
  public static final Table<Standing> TABLE = Table.of("leaderboard", Standing.class);

  public Standing {
    methods = List.copyOf(methods);
  }
}
