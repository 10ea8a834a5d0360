package io.prumerge.metric;

import io.prumerge.benchmark.MetricRule;
import io.prumerge.metric.Moment.Kind;
import io.prumerge.statistics.Interval;
import io.prumerge.statistics.WilsonInterval;
import io.prumerge.store.Table;
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
 * Computes each benchmark's metrics from scores, by its {@link MetricRule}s.
 *
 * <p>Every figure is a function of sums over questions. Its standard error is the usual sandwich
 * estimator clustered by image: with the figure linearised around its value, residuals are summed
 * per image, squared and summed, times G / (G - 1) for G images. For a mean of scores this is the
 * textbook cluster-robust error of a mean; for a ratio it is the delta method. A difference to the
 * baseline and a retention use the residuals of both methods, image by image.
 */
public final class Metrics {

  /** The SQL expression of the image whose answers are one observation. */
  public static final String CLUSTER = Clusters.CLUSTER;

  /** The baseline's own retention, in percent. */
  private static final double WHOLE = 100;

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
   * Returns all metrics of all results, sorted. The driver gets sums by result and group, no
   * scores.
   *
   * @param scores rows of {@link Table#SCORES}
   */
  public static Measurements of(Dataset<Row> scores, Inference inference) {
    return of(scores, Rules.OF_BENCHMARKS, inference);
  }

  /**
   * Returns the same with each method's loyalty to the baseline's answers.
   *
   * @param families methods of which all pairs are compared
   */
  public static Measurements compared(
      Dataset<Row> scores, Inference inference, List<AllPairs> families) {
    return of(scores, Rules.WITH_LOYALTY, inference, families);
  }

  static Measurements of(Dataset<Row> scores, Rules rules, Inference inference) {
    return of(scores, rules, inference, List.of());
  }

  private static Measurements of(
      Dataset<Row> scores, Rules rules, Inference inference, List<AllPairs> families) {
    JavaRDD<PairedCluster> images = Clusters.of(scores, rules, inference.baseline());
    Totals totals = images.treeAggregate(new Totals(), Totals::add, Totals::add);
    Design design = new Design(rules, totals, inference);
    JavaSparkContext context = JavaSparkContext.fromSparkContext(images.context());
    Broadcast<Design> plan = context.broadcast(design);
    Moments moments =
        images.treeAggregate(
            new Moments(new PairMoments(families, design.combinations())),
            (sums, image) -> sums.add(image, plan.value()),
            Moments::add);
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
    Map<MethodKey, RetentionEstimate> retentions = new HashMap<>();
    int place = 0;
    for (Map.Entry<MethodKey, Retention> one : design.combinations().retentions().entrySet()) {
      retentions.put(one.getKey(), retention(one.getKey(), one.getValue(), place++));
    }
    List<ContrastResult> contrasts = new ArrayList<>();
    MethodNames names =
        new MethodNames(totals.keys().stream().map(MethodKey::of).distinct().toList());
    for (Combinations.Planned plan : design.combinations().plans()) {
      contrasts.add(contrast(plan, names, place++));
    }
    return new Measurements(
        Family.adjusted(results),
        retentions,
        Family.adjustedContrasts(contrasts),
        moments.pairs().compared(design.combinations()).stream()
            .map(Family::adjustedPairs)
            .toList());
  }

  private RetentionEstimate retention(MethodKey method, Retention retention, int place) {
    Combination combination = design.combinations().at(place);
    PointEstimate estimate = moments.of(combination, place);
    double value = combination.value();
    // The difference to the baseline's own 100 percent.
    Comparison difference =
        Comparison.clustered(
            new PointEstimate(value - WHOLE, estimate.error(), estimate.clusters()),
            combination.range());
    return new RetentionEstimate(
        value,
        estimate.error(),
        design.isBaseline(method)
            ? Optional.empty()
            : difference.interval().map(one -> new Interval(WHOLE + one.low(), WHOLE + one.high())),
        retention.aboveChance());
  }

  private ContrastResult contrast(Combinations.Planned plan, MethodNames names, int place) {
    Combination difference = plan.difference();
    return new ContrastResult(
        plan.benchmark(),
        plan.split(),
        plan.metric(),
        names.name(plan.contrast().a()),
        names.name(plan.contrast().b()),
        Comparison.clustered(moments.of(difference, place), difference.range()),
        moments.questions(place));
  }

  private Result result(ScoreKey key) {
    Map<QuestionSubset, Tally> every = totals.of(key, Variant.EVERY);
    List<Metric> metrics = new ArrayList<>();
    for (Variant variant : Variant.values()) {
      for (int i = 0; i < design.of(key, variant).figures().size(); i++) {
        metrics.add(metric(key, variant, i));
      }
    }
    metrics.sort(Comparator.comparing(Metric::category).thenComparing(Metric::name));
    Tally all = every.get(QuestionSubset.ALL);
    return new Result(
        key,
        all.count(Sum.N),
        all.count(Sum.ERRORS),
        all.count(Sum.UNPARSED),
        all.count(Sum.MISSING),
        metrics,
        Figures.gaps(rules.of(key.benchmark(), key.profile()), every));
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
            : interval(key, variant, index, error.getAsDouble(), clusters),
        counts.count(Sum.N),
        clusters,
        counts.count(Sum.ERRORS),
        counts.count(Sum.UNPARSED),
        counts.count(Sum.MISSING),
        comparison(key, variant, index),
        value.isPresent() ? Optional.of(figure.uncertainty()) : Optional.empty(),
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
    PointEstimate estimate =
        new PointEstimate(
            delta, error(key, variant, index, Kind.DELTA_SQUARES, clusters), clusters);
    return Optional.of(
        figure.uncertainty() == Uncertainty.CLUSTER_BOOTSTRAP
            ? Comparison.resampled(
                estimate, resampled(key).delta(design.resolved(key, variant), index))
            : Comparison.clustered(estimate, figure.most().orElse(Double.POSITIVE_INFINITY)));
  }
}
