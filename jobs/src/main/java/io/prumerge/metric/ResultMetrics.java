package io.prumerge.metric;

import io.prumerge.metric.Comparison.PointEstimate;
import io.prumerge.metric.Moments.Moment;
import io.prumerge.metric.Moments.Moment.Kind;
import io.prumerge.metric.tally.QuestionSubset;
import io.prumerge.metric.tally.Rules;
import io.prumerge.metric.tally.ScoreKey;
import io.prumerge.metric.tally.Tally;
import io.prumerge.metric.tally.Tally.Sum;
import io.prumerge.metric.tally.Totals;
import io.prumerge.metric.tally.Variant;
import io.prumerge.statistics.Interval;
import io.prumerge.statistics.WilsonInterval;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/** The metrics of single results, each with its error, its interval and its comparison. */
final class ResultMetrics {

  private final Rules rules;
  private final Totals totals;
  private final Design design;
  private final Moments moments;
  private final Map<ScoreKey, Intervals> intervals;

  /**
   * @param intervals of results with a resampled figure
   */
  ResultMetrics(
      Rules rules,
      Totals totals,
      Design design,
      Moments moments,
      Map<ScoreKey, Intervals> intervals) {
    this.rules = rules;
    this.totals = totals;
    this.design = design;
    this.moments = moments;
    this.intervals = intervals;
  }

  /** Returns a result's metrics, sorted by category and name. */
  Result of(ScoreKey key) {
    List<Metric> metrics = new ArrayList<>();
    for (Variant variant : Variant.values()) {
      for (int i = 0; i < design.of(key, variant).figures().size(); i++) {
        metrics.add(metric(key, variant, i));
      }
    }
    metrics.sort(Comparator.comparing(Metric::category).thenComparing(Metric::name));
    Map<QuestionSubset, Tally> every = totals.of(key, Variant.EVERY);
    return new Result(
        key,
        Metric.Counts.of(every.get(QuestionSubset.ALL)),
        metrics,
        Figures.gaps(rules.of(key.benchmark(), key.profile()), every));
  }

  private Metric metric(ScoreKey key, Variant variant, int index) {
    Measured measured = design.of(key, variant);
    Figure figure = measured.figures().get(index);
    Metric.Counts counts = Metric.Counts.of(figure.counts(totals.of(key, variant)));
    long clusters = counts.clusters();
    boolean headline =
        variant == Variant.EVERY && measured.headline().equals(OptionalInt.of(index));
    Optional<PointEstimate> difference = difference(key, variant, index);
    OptionalDouble value = measured.value(index);
    OptionalDouble error =
        value.isPresent() ? error(key, variant, index, Kind.SQUARES, clusters) : value;
    return new Metric(
        key,
        figure.category(),
        variant.named(figure.rule().name()),
        headline,
        value,
        error,
        error.isEmpty()
            ? Optional.empty()
            : interval(key, variant, index, error.getAsDouble(), clusters),
        counts,
        design.isBaseline(key) && value.isPresent()
            ? Optional.of(Comparison.NONE)
            : difference.map(one -> comparison(key, variant, index, one)),
        value.isPresent() ? Optional.of(figure.uncertainty()) : Optional.empty(),
        headline && key.isOwnProfile() ? Metric.Family.CONFIRMATORY : Metric.Family.EXPLORATORY,
        difference.map(Comparison::detectable).orElse(OptionalDouble.empty()),
        measured.chance(index),
        Figures.caveat(figure, totals.of(key, variant)));
  }

  private Optional<Interval> interval(
      ScoreKey key, Variant variant, int index, double error, long clusters) {
    Measured measured = design.of(key, variant);
    OptionalDouble most = measured.figures().get(index).most();
    if (most.isEmpty()) {
      return resampled(key).value(design.resolved(key, variant), index);
    }
    double scale = most.getAsDouble();
    Interval share =
        WilsonInterval.of(measured.value(index).orElseThrow() / scale, error / scale, clusters);
    return Optional.of(new Interval(scale * share.low(), scale * share.high()));
  }

  private OptionalDouble error(
      ScoreKey key, Variant variant, int index, Kind squares, long clusters) {
    Moment moment = moments.of(key, design.resolved(key, variant));
    return PointEstimate.of(0, moment.of(squares, index), clusters).error();
  }

  private Intervals resampled(ScoreKey key) {
    return intervals.getOrDefault(key, Intervals.NONE);
  }

  /** Returns the difference to the baseline's figure; empty for the baseline, or without one. */
  private Optional<PointEstimate> difference(ScoreKey key, Variant variant, int index) {
    Measured measured = design.of(key, variant);
    if (design.isBaseline(key) || measured.partner(index).isEmpty()) {
      return Optional.empty();
    }
    ScoreKey base = design.baseline(key).orElseThrow();
    int partner = measured.partner(index).getAsInt();
    Figure figure = measured.figures().get(index);
    double delta =
        measured.value(index).orElseThrow() - design.of(base, variant).value(partner).orElseThrow();
    long clusters =
        Math.max(
            figure.counts(totals.of(key, variant)).count(Sum.CLUSTERS),
            figure.counts(totals.of(base, variant)).count(Sum.CLUSTERS));
    return Optional.of(
        new PointEstimate(
            delta, error(key, variant, index, Kind.DELTA_SQUARES, clusters), clusters));
  }

  private Comparison comparison(
      ScoreKey key, Variant variant, int index, PointEstimate difference) {
    Figure figure = design.of(key, variant).figures().get(index);
    return figure.uncertainty() == Uncertainty.CLUSTER_BOOTSTRAP
        ? Comparison.resampled(
            difference, resampled(key).delta(design.resolved(key, variant), index))
        : Comparison.clustered(difference, figure.most().orElse(Double.POSITIVE_INFINITY));
  }
}
