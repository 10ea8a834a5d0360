package io.prumerge.report;

import io.prumerge.metric.MethodKey;
import io.prumerge.statistics.Interval;
import io.prumerge.store.ColumnExpressions;
import io.prumerge.store.Table;
import java.util.Optional;
import java.util.OptionalDouble;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;

/**
 * One method of one run over all its benchmarks.
 *
 * @param baseline the method compared with
 * @param benchmarks number of benchmarks with a headline
 * @param retention mean over benchmarks of headline / baseline's headline, in percent; absent
 *     without a baseline or if its headline is 0
 * @param retentionError its standard error, clustered by image: both methods' answers about an
 *     image on all benchmarks are one observation; 0 for the baseline itself
 * @param retentionInterval of 95 percent, by Student's t; absent for the baseline itself
 * @param retentionAboveChance the same after the chance level is subtracted from both headlines;
 *     absent if a baseline's headline is not above chance
 * @param visualTokens mean over benchmarks of the visual tokens that the decoder receives
 * @param layerTokens mean over benchmarks of the visual tokens in a decoder layer
 * @param flops mean over benchmarks of one question computed alone, in FLOPs
 * @param millis mean over benchmarks of the time per question, in milliseconds
 * @param pareto whether no other method of the run retains at least as much with at most as many
 *     FLOPs and is better in one of the two; false if the retention is absent
 */
public record MethodSummary(
    String runId,
    String model,
    String method,
    String baseline,
    long benchmarks,
    OptionalDouble retention,
    OptionalDouble retentionError,
    Optional<Interval> retentionInterval,
    OptionalDouble retentionAboveChance,
    OptionalDouble visualTokens,
    OptionalDouble layerTokens,
    OptionalDouble flops,
    OptionalDouble millis,
    boolean pareto) {

  MethodKey key() {
    return new MethodKey(runId, model, method);
  }

  MethodSummary withPareto(boolean value) {
    return new MethodSummary(
        runId,
        model,
        method,
        baseline,
        benchmarks,
        retention,
        retentionError,
        retentionInterval,
        retentionAboveChance,
        visualTokens,
        layerTokens,
        flops,
        millis,
        value);
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
    double cost = flops.getAsDouble();
    double theirCost = other.flops.getAsDouble();
    return mine >= theirs && cost <= theirCost && (mine > theirs || cost < theirCost);
  }

  boolean comparable() {
    return retention.isPresent() && flops.isPresent();
  }

  /** Returns a row of {@link Table#SUMMARY}. */
  Row row() {
    return RowFactory.create(
        runId,
        model,
        method,
        baseline,
        benchmarks,
        ColumnExpressions.boxed(retention),
        ColumnExpressions.boxed(retentionError),
        ColumnExpressions.boxed(visualTokens),
        ColumnExpressions.boxed(flops),
        ColumnExpressions.boxed(millis),
        comparable() ? (Boolean) pareto : null,
        retentionInterval.map(Interval::low).orElse(null),
        retentionInterval.map(Interval::high).orElse(null),
        ColumnExpressions.boxed(retentionAboveChance),
        ColumnExpressions.boxed(layerTokens));
  }
}
