package io.prumerge.metric;

import io.prumerge.benchmark.MetricRule;
import io.prumerge.metric.Comparison.PointEstimate;
import io.prumerge.metric.Measurements.RetentionEstimate;
import io.prumerge.metric.tally.Cluster.PairedCluster;
import io.prumerge.metric.tally.Clusters;
import io.prumerge.metric.tally.Rules;
import io.prumerge.metric.tally.ScoreKey;
import io.prumerge.metric.tally.Totals;
import io.prumerge.statistics.Holm;
import io.prumerge.statistics.Interval;
import io.prumerge.store.Table;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Function;
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

  /** The baseline's own retention, in percent. */
  private static final double WHOLE = 100;

  private static final Comparator<ScoreKey> ORDER =
      Comparator.comparing(ScoreKey::runId)
          .thenComparing(ScoreKey::benchmark)
          .thenComparing(ScoreKey::split)
          .thenComparing(ScoreKey::method)
          .thenComparing(ScoreKey::profile);

  private final Totals totals;
  private final Design design;
  private final Moments moments;

  private Metrics(Totals totals, Design design, Moments moments) {
    this.totals = totals;
    this.design = design;
    this.moments = moments;
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
    Totals totals = totals(images);
    if (totals.hasSeveral()) { // rare: only then is it worth a look at which images they share
      images = Clusters.joined(scores, rules, inference.baseline());
      totals = totals(images);
    }
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
      ResultMetrics results = new ResultMetrics(rules, totals, design, moments, intervals);
      return new Metrics(totals, design, moments).measurements(results);
    } finally {
      spread.destroy();
      plan.destroy();
    }
  }

  private static Totals totals(JavaRDD<PairedCluster> images) {
    return images.treeAggregate(new Totals(), Totals::add, Totals::add);
  }

  private Measurements measurements(ResultMetrics metrics) {
    List<Result> results = totals.keys().stream().sorted(ORDER).map(metrics::of).toList();
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
    ContrastResult.Questions questions = moments.questions(place);
    return new ContrastResult(
        plan.benchmark(),
        plan.split(),
        plan.metric(),
        names.name(plan.contrast().a()),
        names.name(plan.contrast().b()),
        Comparison.clustered(moments.of(difference, place), difference.range()),
        questions,
        questions.caveat());
  }

  /**
   * The tests that are corrected together, by Holm's method. One family is declared beforehand: the
   * headlines under each benchmark's own profile, times the report's methods, times its models,
   * each against the baseline. The contrasts of a report are another, and all pairs of one table of
   * the leaderboard one more. All other tests are exploratory.
   */
  private static final class Family {

    private Family() {}

    /** Returns the results with the headlines' tests corrected by Holm's method. */
    static List<Result> adjusted(List<Result> results) {
      double[] adjusted =
          Holm.adjusted(
              results.stream()
                  .flatMap(result -> result.metrics().stream().filter(one -> isMember(one)))
                  .mapToDouble(one -> one.comparison().orElseThrow().test().orElseThrow().pValue())
                  .toArray());
      int next = 0;
      List<Result> all = new ArrayList<>();
      for (Result result : results) {
        List<Metric> metrics = new ArrayList<>();
        for (Metric metric : result.metrics()) {
          metrics.add(isMember(metric) ? metric.withAdjusted(adjusted[next++]) : metric);
        }
        all.add(result.withMetrics(metrics));
      }
      return all;
    }

    /** Returns the contrasts with their tests corrected together. */
    static List<ContrastResult> adjustedContrasts(List<ContrastResult> contrasts) {
      return adjusted(contrasts, ContrastResult::comparison, ContrastResult::withAdjusted);
    }

    /** Returns the pairs with their tests corrected together. */
    static List<AllPairs.Pair> adjustedPairs(List<AllPairs.Pair> pairs) {
      return adjusted(pairs, AllPairs.Pair::comparison, AllPairs.Pair::withAdjusted);
    }

    private static <T> List<T> adjusted(
        List<T> rows, Function<T, Comparison> comparison, BiFunction<T, Double, T> withAdjusted) {
      double[] adjusted =
          Holm.adjusted(
              rows.stream()
                  .flatMap(one -> comparison.apply(one).test().stream())
                  .mapToDouble(Comparison.Test::pValue)
                  .toArray());
      int next = 0;
      List<T> all = new ArrayList<>();
      for (T one : rows) {
        boolean tested = comparison.apply(one).test().isPresent();
        all.add(tested ? withAdjusted.apply(one, adjusted[next++]) : one);
      }
      return all;
    }

    private static boolean isMember(Metric metric) {
      return metric.isConfirmatory() && metric.comparison().flatMap(Comparison::test).isPresent();
    }
  }
}
