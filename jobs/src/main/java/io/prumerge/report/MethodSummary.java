package io.prumerge.report;

import io.prumerge.leaderboard.ScoreAtCost;
import io.prumerge.metric.tally.MethodKey;
import io.prumerge.spark.AddedLater;
import io.prumerge.spark.ColumnNames;
import io.prumerge.statistics.Interval;
import io.prumerge.store.Table;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * One method of one run over all its benchmarks.
 *
 * @param baseline the method compared with
 * @param nBenchmarks number of benchmarks with a headline figure
 * @param retention mean over benchmarks of headline figure / baseline's headline figure, in
 *     percent; null without a baseline, or if its figure is 0
 * @param retentionStderr of method and baseline together, clustered by image across benchmarks:
 *     both methods' answers about an image are one observation; null where a headline has none; 0
 *     for the baseline
 * @param visualTokensAfterMean over benchmarks
 * @param flopsTotalMean over benchmarks, of one question alone
 * @param msTotalMean over benchmarks, per question
 * @param pareto whether no other method of the run retains as much with as few FLOPs and is better
 *     in one of the two, where FLOPs within 1 % are equal; never of a control such as {@code
 *     random}; null without a retention or FLOPs
 * @param retentionInterval 95 % interval, by Student's t; null for the baseline
 * @param retentionChanceCorrected mean of (figure - {@code chance}) / (baseline's figure - {@code
 *     chance}), in percent; null if a baseline is not above chance
 * @param visualTokensLayerMean mean over benchmarks
 * @param retentionMde minimum detectable effect: the difference of {@code retention} to 100 that
 *     the uncorrected test at 5 % finds with 80 % probability; null without a spread
 * @param protocol which frames of the videos were seen, as in {@code predictions}; else null
 */
public record MethodSummary(
    String runId,
    String model,
    String method,
    String baseline,
    long nBenchmarks,
    OptionalDouble retention,
    OptionalDouble retentionStderr,
    OptionalDouble visualTokensAfterMean,
    OptionalDouble flopsTotalMean,
    OptionalDouble msTotalMean,
    Optional<Boolean> pareto,
    @ColumnNames({"retention_ci_low", "retention_ci_high"}) Optional<Interval> retentionInterval,
    OptionalDouble retentionChanceCorrected,
    @AddedLater OptionalDouble visualTokensLayerMean,
    @AddedLater OptionalDouble retentionMde,
    @AddedLater Optional<String> protocol) {

  /** One row per run and method. */
  public static final Table<MethodSummary> TABLE = Table.of("summary", MethodSummary.class);

  /** Returns the method and its run. */
  public MethodKey key() {
    return new MethodKey(runId, model, method);
  }

  MethodSummary withPareto(boolean value) {
    return new MethodSummary(
        runId,
        model,
        method,
        baseline,
        nBenchmarks,
        retention,
        retentionStderr,
        visualTokensAfterMean,
        flopsTotalMean,
        msTotalMean,
        Optional.of(value),
        retentionInterval,
        retentionChanceCorrected,
        visualTokensLayerMean,
        retentionMde,
        protocol);
  }

  /** Returns whether another one retains as much with as few FLOPs and is better in one of them. */
  boolean isBeatenBy(MethodSummary other) {
    return comparable() && other.comparable() && atCost().isBeatenBy(other.atCost());
  }

  private ScoreAtCost atCost() {
    return new ScoreAtCost(retention.getAsDouble(), flopsTotalMean.getAsDouble());
  }

  boolean comparable() {
    return retention.isPresent() && flopsTotalMean.isPresent();
  }
}
