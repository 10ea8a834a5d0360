package io.prumerge.report;

import io.prumerge.benchmark.MetricRule;
import io.prumerge.report.Moment.Kind;
import io.prumerge.statistics.McNemar;
import io.prumerge.statistics.StudentT;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * Scores made into each benchmark's metrics, by its {@link MetricRule}s.
 *
 * <p>Every figure is a function of sums over questions. Its standard error is the usual sandwich
 * estimator clustered by image: with the figure linearised around its value, residuals are summed
 * per image, squared and summed, times G / (G - 1) for G images. For a mean of scores this is the
 * textbook cluster-robust error of a mean; for a ratio it is the delta method. A difference to the
 * baseline, and a retention, have the residuals of both methods in it, image by image.
 */
public final class Metrics {

  private static final Comparator<ScoreKey> ORDER =
      Comparator.comparing(ScoreKey::runId)
          .thenComparing(ScoreKey::benchmark)
          .thenComparing(ScoreKey::split)
          .thenComparing(ScoreKey::method)
          .thenComparing(ScoreKey::profile);

  private final Rules rules;
  private final Totals totals;
  private final Design design;
  private final Moments moments;
  private final Map<ScoreKey, Intervals> intervals;

  private Metrics(
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

  /**
   * All metrics of all results, sorted. The driver gets sums by result and group, no scores.
   *
   * @param scores rows of {@link Table#SCORES}
   */
  public static Measurements of(Dataset<Row> scores, Inference inference) {
    return of(scores, Rules.OF_BENCHMARKS, inference);
  }

  static Measurements of(Dataset<Row> scores, Rules rules, Inference inference) {
    JavaRDD<PairedCluster> images = Clusters.of(scores, rules);
    Totals totals = images.treeAggregate(new Totals(), Totals::add, Totals::add);
    Design design = new Design(rules, totals, inference.baseline());
    JavaSparkContext context = JavaSparkContext.fromSparkContext(images.context());
    Broadcast<Design> plan = context.broadcast(design);
    Moments moments =
        images.treeAggregate(
            new Moments(), (sums, image) -> sums.add(image, plan.value()), Moments::add);
    Broadcast<Moments> spread = context.broadcast(moments);
    try {
      Map<ScoreKey, Intervals> intervals =
          design.isResampled()
              ? new Bootstrap(plan, spread, inference.replicates()).intervals(images)
              : Map.of();
      return new Metrics(rules, totals, design, moments, intervals).measurements();
    } finally {
      spread.destroy();
      plan.destroy();
    }
  }

  private Measurements measurements() {
    List<Result> results = totals.keys().stream().sorted(ORDER).map(this::result).toList();
    Map<MethodKey, Estimate> retentions = new HashMap<>();
    for (String run : totals.keys().stream().map(ScoreKey::runId).distinct().toList()) {
      design
          .retentions(run)
          .forEach((method, one) -> retentions.put(method, moments.retention(method, one)));
    }
    return new Measurements(Family.adjusted(results), retentions);
  }

  private Result result(ScoreKey key) {
    Map<Slice, Tally> every = totals.of(key, Variant.EVERY);
    List<Metric> metrics = new ArrayList<>();
    for (Variant variant : Variant.values()) {
      for (int i = 0; i < design.of(key, variant).figures().size(); i++) {
        metrics.add(metric(key, variant, i));
      }
    }
    metrics.sort(Comparator.comparing(Metric::category).thenComparing(Metric::name));
    Tally all = every.get(Slice.ALL);
    return new Result(
        key,
        all.count(Sum.N),
        all.count(Sum.ERRORS),
        all.count(Sum.UNPARSED),
        all.count(Sum.MISSING),
        metrics,
        rules.of(key.benchmark(), key.profile()).stream()
            .map(rule -> Figures.gap(rule, every))
            .flatMap(Optional::stream)
            .toList());
  }

  private Metric metric(ScoreKey key, Variant variant, int index) {
    Measured measured = design.of(key, variant);
    Figure figure = measured.figures().get(index);
    Tally counts = figure.counts(totals.of(key, variant));
    long clusters = counts.count(Sum.CLUSTERS);
    OptionalDouble value = measured.value(index);
    OptionalDouble error =
        value.isPresent() ? error(key, variant, index, Kind.SQUARES, clusters) : value;
    return new Metric(
        key.runId(),
        key.model(),
        key.benchmark(),
        key.split(),
        key.method(),
        key.profile(),
        figure.category(),
        variant.named(figure.rule().name()),
        variant == Variant.EVERY && measured.headline().equals(OptionalInt.of(index)),
        value,
        error,
        error.isEmpty()
            ? Optional.empty()
            : figure.isMean()
                ? Optional.of(StudentT.interval(value.getAsDouble(), error.getAsDouble(), clusters))
                : resampled(key).value(design.resolved(key, variant), index),
        counts.count(Sum.N),
        clusters,
        counts.count(Sum.ERRORS),
        counts.count(Sum.UNPARSED),
        counts.count(Sum.MISSING),
        comparison(key, variant, index));
  }

  private OptionalDouble error(
      ScoreKey key, Variant variant, int index, Kind squares, long clusters) {
    Moment moment = moments.of(key, design.resolved(key, variant));
    return Estimate.of(0, moment.of(squares, index), clusters).error();
  }

  private Intervals resampled(ScoreKey key) {
    return intervals.getOrDefault(key, Intervals.NONE);
  }

  private Optional<Comparison> comparison(ScoreKey key, Variant variant, int index) {
    Measured measured = design.of(key, variant);
    if (design.isBaseline(key) && measured.value(index).isPresent()) {
      return Optional.of(Comparison.NONE);
    }
    if (measured.partner(index).isEmpty()) {
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
    OptionalDouble error = error(key, variant, index, Kind.DELTA_SQUARES, clusters);
    if (error.isEmpty()) {
      return Optional.of(new Comparison(delta, Optional.empty(), Optional.empty()));
    }
    return Optional.of(
        new Comparison(
            delta,
            figure.isMean()
                ? Optional.of(StudentT.interval(delta, error.getAsDouble(), clusters))
                : resampled(key).delta(design.resolved(key, variant), index),
            test(key, variant, index, delta, error.getAsDouble(), clusters)));
  }

  private Optional<Comparison.Test> test(
      ScoreKey key, Variant variant, int index, double delta, double error, long clusters) {
    Moment moment = moments.of(key, design.resolved(key, variant));
    long pairs = moment.count(Kind.PAIRS, index);
    if (pairs > 0 && pairs == design.of(key, variant).outcomes(index)) {
      return Optional.of(
          Comparison.Test.of(
              Comparison.MCNEMAR,
              McNemar.pValue(moment.count(Kind.GAINED, index), moment.count(Kind.LOST, index))));
    }
    if (error > 0) {
      return Optional.of(
          Comparison.Test.of(Comparison.CLUSTERED_T, StudentT.pValue(delta, error, clusters)));
    }
    // No image differs, or all do alike: there is no spread to compare with.
    return delta == 0
        ? Optional.of(Comparison.Test.of(Comparison.CLUSTERED_T, 1))
        : Optional.empty();
  }
}
