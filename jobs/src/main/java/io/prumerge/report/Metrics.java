package io.prumerge.report;

import io.prumerge.benchmark.BenchmarkQuestion;
import io.prumerge.benchmark.MetricRule;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
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
 * textbook cluster-robust error of a mean; for a ratio it is the delta method.
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

  private Metrics(Rules rules, Totals totals) {
    this.rules = rules;
    this.totals = totals;
  }

  /**
   * All metrics of all results, sorted. The driver gets sums by result and group, no scores.
   *
   * @param scores rows of {@link Table#SCORES}
   */
  public static List<Result> of(Dataset<Row> scores) {
    return of(scores, Rules.OF_BENCHMARKS);
  }

  static List<Result> of(Dataset<Row> scores, Rules rules) {
    JavaRDD<Cluster> clusters = Clusters.of(scores, rules);
    Metrics metrics =
        new Metrics(rules, clusters.treeAggregate(new Totals(), Totals::add, Totals::add));
    JavaSparkContext context = JavaSparkContext.fromSparkContext(clusters.context());
    Broadcast<HashMap<ScoreKey, EnumMap<Variant, Linearised>>> linearised =
        context.broadcast(metrics.linearised());
    try {
      Squares squares =
          clusters.treeAggregate(
              new Squares(),
              (sums, cluster) -> sums.add(cluster, linearised.value()),
              Squares::add);
      return metrics.results(squares);
    } finally {
      linearised.destroy();
    }
  }

  private List<MetricRule> rules(ScoreKey key) {
    return rules.of(key.benchmark(), key.profile());
  }

  private List<Figure> figures(ScoreKey key, Variant variant) {
    return Figures.of(rules(key), totals.of(key, variant));
  }

  private HashMap<ScoreKey, EnumMap<Variant, Linearised>> linearised() {
    HashMap<ScoreKey, EnumMap<Variant, Linearised>> all = new HashMap<>();
    for (ScoreKey key : totals.keys()) {
      EnumMap<Variant, Linearised> variants = new EnumMap<>(Variant.class);
      for (Variant variant : Variant.values()) {
        variants.put(variant, new Linearised(figures(key, variant), totals.of(key, variant)));
      }
      all.put(key, variants);
    }
    return all;
  }

  private List<Result> results(Squares squares) {
    return totals.keys().stream().sorted(ORDER).map(key -> result(key, squares)).toList();
  }

  private Result result(ScoreKey key, Squares squares) {
    Map<Slice, Tally> every = totals.of(key, Variant.EVERY);
    List<Metric> metrics = new ArrayList<>();
    for (Variant variant : Variant.values()) {
      List<Figure> figures = figures(key, variant);
      for (int i = 0; i < figures.size(); i++) {
        metrics.add(metric(key, variant, figures.get(i), squares.of(key, variant, i)));
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
        rules(key).stream()
            .map(rule -> Figures.gap(rule, every))
            .flatMap(Optional::stream)
            .toList());
  }

  private Metric metric(ScoreKey key, Variant variant, Figure figure, double squares) {
    Map<Slice, Tally> sums = totals.of(key, variant);
    Tally counts = figure.counts(sums);
    long clusters = counts.count(Sum.CLUSTERS);
    OptionalDouble value = figure.value(sums);
    return new Metric(
        key.runId(),
        key.model(),
        key.benchmark(),
        key.split(),
        key.method(),
        key.profile(),
        figure.category(),
        variant.named(figure.rule().name()),
        variant == Variant.EVERY
            && figure.category().equals(BenchmarkQuestion.ALL_CATEGORIES)
            && figure.rule().equals(rules(key).get(0)),
        value,
        // One cluster alone has no spread to tell.
        value.isPresent() && clusters > 1
            ? OptionalDouble.of(Math.sqrt(squares * clusters / (clusters - 1)))
            : OptionalDouble.empty(),
        counts.count(Sum.N),
        clusters,
        counts.count(Sum.ERRORS),
        counts.count(Sum.UNPARSED),
        counts.count(Sum.MISSING));
  }

  /**
   * Rows of {@link Table#METRICS}.
   *
   * @param baseline the method whose value {@code delta_vs_baseline} is taken from
   */
  public static List<Row> rows(List<Metric> metrics, String baseline) {
    Map<List<String>, OptionalDouble> baselines = new HashMap<>();
    for (Metric metric : metrics) {
      if (metric.method().equals(baseline)) {
        baselines.put(metric.pairing(), metric.value());
      }
    }
    return metrics.stream()
        .map(metric -> metric.row(baselines.getOrDefault(metric.pairing(), OptionalDouble.empty())))
        .toList();
  }
}
