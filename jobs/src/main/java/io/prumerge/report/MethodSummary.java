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
 * @param nBenchmarks number of benchmarks with a headline
 * @param retention mean over benchmarks of headline / baseline's headline, in percent; absent
 *     without a baseline or if its headline is 0
 * @param retentionStderr its standard error, clustered by image: both methods' answers about an
 *     image on all benchmarks are one observation; 0 for the baseline itself
 * @param visualTokensAfterMean mean over benchmarks of the visual tokens that the decoder receives
 * @param flopsTotalMean mean over benchmarks of one question computed alone, in FLOPs
 * @param msTotalMean mean over benchmarks of the time per question, in milliseconds
 * @param pareto whether no other method of the run retains at least as much with at most as many
 *     FLOPs and is better in one of the two; absent without a retention or FLOPs
 * @param retentionInterval of 95 percent, by Student's t; absent for the baseline itself
 * @param retentionChanceCorrected the same after the chance level is subtracted from both
 *     headlines; absent if a baseline's headline is not above chance
 * @param visualTokensLayerMean mean over benchmarks of the visual tokens in a decoder layer
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
