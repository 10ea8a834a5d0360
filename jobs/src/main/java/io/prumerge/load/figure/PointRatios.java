package io.prumerge.load.figure;

import io.prumerge.spark.ColumnNames;
import io.prumerge.statistics.BatchMeans;
import io.prumerge.statistics.ClusteredRatio;
import io.prumerge.statistics.Interval;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * A point compared with the same point of the baseline.
 *
 * @param baseline the server; null for itself, and where it has no such point
 * @param requestsPerSecond {@code requests_per_s} over the baseline's
 * @param interval its 95 % interval: Student's t of the logarithms' difference, whose errors are
 *     those of both rates; null where one has no interval
 * @param visualTokens {@code visual_tokens_mean} over the baseline's
 * @param generatedTokens {@code generated_tokens_mean} over the baseline's: answers of other
 *     lengths take other times
 * @param retention mean score in percent of the baseline's, on the questions of both
 * @param retentionInterval its 95 % interval: Student's t, linearised, paired by question and
 *     clustered by picture, never below 0
 */
public record PointRatios(
    String baseline,
    @ColumnNames("requests_per_s_ratio") OptionalDouble requestsPerSecond,
    @ColumnNames("requests_per_s_ratio_ci_*") Optional<Interval> interval,
    @ColumnNames("visual_tokens_ratio") OptionalDouble visualTokens,
    @ColumnNames("generated_tokens_ratio") OptionalDouble generatedTokens,
    OptionalDouble retention,
    @ColumnNames("retention_ci_*") Optional<Interval> retentionInterval) {

  static PointRatios of(MeasuredPoint own, MeasuredPoint base) {
    Optional<ClusteredRatio> kept = own.scores().over(base.scores());
    // The change that one question alone can make is its whole score over the baseline's mean.
    double range = base.scores().mean().map(mean -> 1 / mean.value()).orElse(0.0);
    return new PointRatios(
        base.requests().subject().server(),
        ratio(own.rates().requestsPerSecond(), base.rates().requestsPerSecond()),
        interval(own.answersPerSecond(), base.answersPerSecond()),
        ratio(own.tokens().visual(), base.tokens().visual()),
        ratio(own.tokens().generated(), base.tokens().generated()),
        PointScore.percent(kept),
        kept.flatMap(one -> one.ofDifference(range))
            .map(one -> PointScore.percent(one.within(0, Double.POSITIVE_INFINITY))));
  }

  private static OptionalDouble ratio(OptionalDouble own, OptionalDouble base) {
    return own.isPresent() && base.isPresent() && base.getAsDouble() > 0
        ? OptionalDouble.of(own.getAsDouble() / base.getAsDouble())
        : OptionalDouble.empty();
  }

  private static Optional<Interval> interval(Optional<BatchMeans> own, Optional<BatchMeans> base) {
    return own.isPresent() && base.isPresent() && own.get().value() > 0 && base.get().value() > 0
        ? Optional.of(own.get().over(base.get()))
        : Optional.empty();
  }
}
