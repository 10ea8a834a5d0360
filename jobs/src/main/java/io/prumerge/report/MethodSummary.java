package io.prumerge.report;

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
 *     in one of the two; null without a retention or FLOPs
 * @param retentionInterval 95 % interval, by Student's t; null for the baseline
 * @param retentionChanceCorrected mean of (figure - {@code chance}) / (baseline's figure - {@code
 *     chance}), in percent; null if a baseline is not above chance
 * @param visualTokensLayerMean mean over benchmarks
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
    @AddedLater OptionalDouble visualTokensLayerMean) {

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
        visualTokensLayerMean);
  }

  /**
   * Returns whether it retains at least as much with at most as many FLOPs and is better in one of
   * the two.
   */
  boolean beats(MethodSummary other) {
    if (!comparable() || !other.comparable()) {
      return false;
    }
    double mine = retention.getAsDouble();
    double theirs = other.retention.getAsDouble();
    double cost = flopsTotalMean.getAsDouble();
    double theirCost = other.flopsTotalMean.getAsDouble();
    return mine >= theirs && cost <= theirCost && (mine > theirs || cost < theirCost);
  }

  boolean comparable() {
    return retention.isPresent() && flopsTotalMean.isPresent();
  }
}
