package io.prumerge.metric;

import io.prumerge.benchmark.MetricRule;
import io.prumerge.benchmark.file.MetricRules;
import io.prumerge.console.Texts;
import io.prumerge.metric.tally.Clusters;
import io.prumerge.metric.tally.FewCategories;
import io.prumerge.metric.tally.MethodKey;
import io.prumerge.metric.tally.PairedCluster;
import io.prumerge.metric.tally.QuestionSubset;
import io.prumerge.metric.tally.QuestionVariant;
import io.prumerge.metric.tally.ScoreKey;
import io.prumerge.metric.tally.Tally;
import io.prumerge.metric.tally.TallySum;
import io.prumerge.metric.tally.TallyTotals;
import io.prumerge.statistics.Holm;
import io.prumerge.statistics.Interval;
import io.prumerge.statistics.WilsonInterval;
import io.prumerge.store.Table;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * Computes each benchmark's metrics from scores, by its {@link MetricRule}s.
 *
 * <p>Every figure is a function of sums over questions. Its standard error is the usual sandwich
 * estimator clustered by image (a video is one): with the figure linearised around its value,
 * residuals are summed per image, squared and summed, times G / (G - 1) for G images. For a mean of
 * scores this is the textbook cluster-robust error of a mean; for a ratio it is the delta method. A
 * difference to the baseline and a retention use the residuals of both methods, image by image.
 */
public final class Metrics {

  /** The baseline's own retention, in percent. */
  private static final double WHOLE = 100;

  private static final double PERCENT = 100;

  private static final Comparator<ScoreKey> ORDER =
      Comparator.comparing(ScoreKey::runId)
          .thenComparing(ScoreKey::benchmark)
          .thenComparing(ScoreKey::split)
          .thenComparing(ScoreKey::method)
          .thenComparing(ScoreKey::profile);

  private final TallyTotals totals;
  private final Design design;
  private final Moments moments;
  private final ResultMetrics metrics;

  private Metrics(TallyTotals totals, Design design, Moments moments, ResultMetrics metrics) {
    this.totals = totals;
    this.design = design;
    this.moments = moments;
    this.metrics = metrics;
  }

  /**
   * Returns all metrics of all results, sorted. The driver gets sums by result and group, no
   * scores.
   *
   * @param scores rows of {@link Table#SCORES}
   */
  public static Measurements of(Dataset<Row> scores, Inference inference) {
    return of(scores, MetricRules.of(inference.benchmarks()), inference);
  }

  /**
   * Measures also how often each method gives the baseline's answer.
   *
   * @param families methods of which all pairs are compared
   */
  public static Measurements compared(
      Dataset<Row> scores, Inference inference, List<AllPairs> families) {
    return of(scores, MetricRules.withLoyalty(inference.benchmarks()), inference, families);
  }

  static Measurements of(Dataset<Row> scores, MetricRules rules, Inference inference) {
    return of(scores, rules, inference, List.of());
  }

  static Measurements of(
      Dataset<Row> scores, MetricRules rules, Inference inference, List<AllPairs> families) {
    Metrics metrics = counted(scores, rules, inference, families);
    MethodNames names = metrics.names(inference);
    ContrastRows contrasts = metrics.contrasts(names, inference.asked());
    for (RunPair runs : metrics.ofOtherQuestions()) {
      List<Contrast> across = inference.contrasts().stream().filter(runs::isAbout).toList();
      Metrics shared = counted(runs.shared(scores), rules, inference.comparing(across), List.of());
      contrasts = contrasts.onShared(across, shared.contrasts(names, inference.asked()));
    }
    return metrics.measurements(contrasts);
  }

  /** Goes over the scores: once for the sums, and once more for their spread. */
  private static Metrics counted(
      Dataset<Row> scores, MetricRules rules, Inference inference, List<AllPairs> families) {
    FewCategories few = FewCategories.all(scores);
    JavaRDD<PairedCluster> images = Clusters.of(few.scores(), rules, inference.baseline());
    TallyTotals totals = totals(images, 1 + FewCategories.MOST);
    boolean again = false;
    if (totals.hasTooMany()) { // rare: only then is it worth a look at which are the largest
      few = FewCategories.of(scores, asked(totals, rules));
      again = true;
    }
    boolean byUnits =
        totals.keys().stream().map(ScoreKey::benchmark).distinct().anyMatch(rules::joinsImages);
    if (totals.hasSeveral() || byUnits) { // rare, too, and then at which images they share
      images = Clusters.joined(few.scores(), rules, inference.baseline(), byUnits);
      again = true;
    } else if (again) {
      images = Clusters.of(few.scores(), rules, inference.baseline());
    }
    if (again) {
      totals = totals(images, Integer.MAX_VALUE);
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
      Map<ScoreKey, BootstrapIntervals> intervals =
          design.isResampled()
              ? new Bootstrap(plan, spread, inference.replicates()).intervals(images)
              : Map.of();
      ResultMetrics results =
          new ResultMetrics(rules, totals, design, moments, intervals, few, inference.protocols());
      return new Metrics(totals, design, moments, results);
    } finally {
      spread.destroy();
      plan.destroy();
    }
  }

  /** Returns the groups that rules name, by benchmark. */
  private static Map<String, Set<String>> asked(TallyTotals totals, MetricRules rules) {
    return totals.keys().stream()
        .collect(
            Collectors.groupingBy(
                ScoreKey::benchmark,
                Collectors.flatMapping(
                    key ->
                        rules.of(key.benchmark(), key.profile()).stream()
                            .flatMap(rule -> rule.groups().stream()),
                    Collectors.toSet())));
  }

  private static TallyTotals totals(JavaRDD<PairedCluster> images, int most) {
    return images.treeAggregate(new TallyTotals(most), TallyTotals::add, TallyTotals::add);
  }

  private MethodNames names(Inference inference) {
    return new MethodNames(
        totals.keys().stream().map(MethodKey::of).distinct().toList(),
        inference.folders(),
        inference.protocols());
  }

  /** Returns the pairs of compared runs that answered different questions. */
  private Set<RunPair> ofOtherQuestions() {
    Set<RunPair> runs = new LinkedHashSet<>();
    int place = design.combinations().retentionCount();
    for (PlannedFigure plan : design.combinations().plans()) {
      if (moments.questions(place++).caveat().isPresent()) {
        RunPair.of(plan.contrast()).ifPresent(runs::add);
      }
    }
    return runs;
  }

  private ContrastRows contrasts(MethodNames names, List<Contrast> asked) {
    ContrastRows rows = new ContrastRows();
    int place = design.combinations().retentionCount();
    for (PlannedFigure plan : design.combinations().plans()) {
      rows.add(plan.contrast(), contrast(plan, names, place++, asked));
    }
    return rows;
  }

  private Measurements measurements(ContrastRows contrasts) {
    List<MethodResult> results = totals.keys().stream().sorted(ORDER).map(metrics::of).toList();
    Map<MethodKey, RetentionEstimate> retentions = new HashMap<>();
    int place = 0;
    for (Map.Entry<MethodKey, Retention> one : design.combinations().retentions().entrySet()) {
      retentions.put(one.getKey(), retention(one.getKey(), one.getValue(), place++));
    }
    List<MethodResult> adjusted = Family.adjusted(results);
    return new Measurements(
        adjusted,
        retentions,
        ContrastFamilies.adjusted(contrasts, adjusted),
        moments.pairs(design).stream().map(Family::adjustedPairs).toList());
  }

  private RetentionEstimate retention(MethodKey method, Retention retention, int place) {
    Combination combination = design.combinations().at(place);
    PointEstimate estimate = moments.of(place, design);
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
            : difference
                .interval()
                .map(one -> new Interval(Math.max(0, WHOLE + one.low()), WHOLE + one.high())),
        retention.aboveChance(),
        Comparison.detectable(estimate));
  }

  private ContrastResult contrast(
      PlannedFigure plan, MethodNames names, int place, List<Contrast> asked) {
    Combination difference = plan.difference();
    ContrastQuestions questions = moments.questions(place);
    PointEstimate estimate = moments.of(place, design);
    Comparison comparison = Comparison.clustered(estimate, difference.range());
    return new ContrastResult(
        plan.benchmark(),
        plan.split(),
        plan.metric(),
        names.name(plan.contrast().a()),
        names.name(plan.contrast().b()),
        plan.metric().equals(ContrastResult.RETENTION)
            ? comparison
            : comparison.within(difference.range()),
        questions,
        questions.caveat(),
        Optional.empty(),
        Optional.of(asked.contains(plan.contrast())),
        names.protocol(plan.contrast().a().runId()),
        names.protocol(plan.contrast().b().runId()),
        Optional.of(estimate.clusters()));
  }

  /**
   * The tests that are corrected together, by Holm's method. One family is declared beforehand: the
   * headlines under each benchmark's own profile, times the report's methods, times its models,
   * each against the baseline. The categories of a run's benchmark are another, all pairs of one
   * table of the leaderboard, and the {@link ContrastFamilies}. All other tests are exploratory.
   */
  private static final class Family {

    private Family() {}

    /** Returns the results with the tests of headlines and categories corrected. */
    static List<MethodResult> adjusted(List<MethodResult> results) {
      List<MethodResult> marked = results.stream().map(CategoryFigures::marked).toList();
      Map<List<String>, List<MethodResult>> benchmarks =
          marked.stream()
              .collect(
                  Collectors.groupingBy(
                      one -> List.of(one.key().runId(), one.key().benchmark(), one.key().split()),
                      LinkedHashMap::new,
                      Collectors.toList()));
      return adjusted(
          benchmarks.values().stream()
              .flatMap(one -> adjusted(one, TestFamily.CATEGORIES).stream())
              .toList(),
          TestFamily.CONFIRMATORY);
    }

    private static List<MethodResult> adjusted(List<MethodResult> results, TestFamily family) {
      double[] adjusted =
          Holm.adjusted(
              results.stream()
                  .flatMap(result -> result.metrics().stream().filter(one -> isMember(one, family)))
                  .mapToDouble(one -> one.comparison().orElseThrow().test().orElseThrow().pValue())
                  .toArray());
      int next = 0;
      List<MethodResult> all = new ArrayList<>();
      for (MethodResult result : results) {
        List<Metric> metrics = new ArrayList<>();
        for (Metric metric : result.metrics()) {
          metrics.add(isMember(metric, family) ? metric.withAdjusted(adjusted[next++]) : metric);
        }
        all.add(result.withMetrics(metrics));
      }
      return all;
    }

    /** Returns the pairs with their tests corrected together. */
    static List<RetentionPair> adjustedPairs(List<RetentionPair> pairs) {
      double[] adjusted =
          Holm.adjusted(
              pairs.stream()
                  .flatMap(one -> one.comparison().test().stream())
                  .mapToDouble(DifferenceTest::pValue)
                  .toArray());
      int next = 0;
      List<RetentionPair> all = new ArrayList<>();
      for (RetentionPair one : pairs) {
        boolean tested = one.comparison().test().isPresent();
        all.add(tested ? one.withAdjusted(adjusted[next++]) : one);
      }
      return all;
    }

    private static boolean isMember(Metric metric, TestFamily family) {
      return metric.family() == family && metric.comparison().flatMap(Comparison::test).isPresent();
    }
  }

  /** The metrics of single results, each with its error, its interval and its comparison. */
  private static final class ResultMetrics {

    private final MetricRules rules;
    private final TallyTotals totals;
    private final Design design;
    private final Moments moments;
    private final Map<ScoreKey, BootstrapIntervals> intervals;
    private final FewCategories categories;
    private final Map<String, String> protocols;

    /**
     * @param intervals of results with a resampled figure
     * @param protocols which frames of videos runs saw, by their ids
     */
    ResultMetrics(
        MetricRules rules,
        TallyTotals totals,
        Design design,
        Moments moments,
        Map<ScoreKey, BootstrapIntervals> intervals,
        FewCategories categories,
        Map<String, String> protocols) {
      this.rules = rules;
      this.totals = totals;
      this.design = design;
      this.moments = moments;
      this.intervals = intervals;
      this.categories = categories;
      this.protocols = protocols;
    }

    /** Returns a result's metrics, sorted by category and name. */
    MethodResult of(ScoreKey key) {
      List<Metric> metrics = new ArrayList<>();
      for (QuestionVariant variant : QuestionVariant.values()) {
        for (int i = 0; i < design.of(key, variant).figures().size(); i++) {
          metrics.add(metric(key, variant, i));
        }
      }
      metrics.sort(Comparator.comparing(Metric::category).thenComparing(Metric::name));
      Map<QuestionSubset, Tally> every = totals.of(key, QuestionVariant.EVERY);
      return new MethodResult(
          key,
          design.isOwnProfile(key),
          QuestionCounts.of(every.get(QuestionSubset.ALL)),
          metrics,
          Stream.concat(
                  Figures.gaps(rules.of(key.benchmark(), key.profile()), every).stream(),
                  categories.caveat(key).stream())
              .toList(),
          List.of());
    }

    private Metric metric(ScoreKey key, QuestionVariant variant, int index) {
      Measured measured = design.of(key, variant);
      Figure figure = measured.figures().get(index);
      Tally tally = figure.counts(totals.of(key, variant));
      QuestionCounts counts = QuestionCounts.of(tally);
      long clusters = counts.clusters();
      boolean headline =
          variant == QuestionVariant.EVERY && measured.headline().equals(OptionalInt.of(index));
      Optional<PointEstimate> difference = difference(key, variant, index);
      OptionalDouble value = measured.value(index);
      OptionalDouble error = value.isPresent() ? error(key, variant, index, clusters) : value;
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
          headline && design.isOwnProfile(key) ? TestFamily.CONFIRMATORY : TestFamily.EXPLORATORY,
          difference.map(Comparison::detectable).orElse(OptionalDouble.empty()),
          measured.chance(index),
          caveat(
              figure,
              totals.of(key, variant),
              value.isPresent() && error.isEmpty() && clusters > 1,
              headline ? replaced(tally) : Optional.empty()),
          parser(key),
          rules.kindOf(key.benchmark(), figure.category()),
          Optional.ofNullable(protocols.get(key.runId())));
    }

    private Optional<String> parser(ScoreKey key) {
      return Optional.of(String.join(", ", rules.parsers(key.benchmark(), key.profile())))
          .filter(names -> !names.isEmpty());
    }

    /** Says how many of the answers count as a value that a rule took in their place. */
    private static Optional<String> replaced(Tally tally) {
      long replaced = tally.count(TallySum.REPLACED);
      long answers = tally.count(TallySum.N);
      return replaced == 0
          ? Optional.empty()
          : Optional.of(
              String.format(
                  Locale.ROOT,
                  "%,d of %s (%.1f %%) %s as the nearest or a drawn value",
                  replaced,
                  Texts.count(answers, "answer"),
                  PERCENT * replaced / answers,
                  replaced == 1 ? "is undecided and counts" : "are undecided and count"));
    }

    private static Optional<String> caveat(
        Figure figure,
        Map<QuestionSubset, Tally> sums,
        boolean isUnspread,
        Optional<String> replaced) {
      List<String> caveats = new ArrayList<>(Figures.caveat(figure, sums).stream().toList());
      if (isUnspread) {
        caveats.add("no standard error: a part of it is about one image only");
      }
      replaced.ifPresent(caveats::add);
      return caveats.isEmpty() ? Optional.empty() : Optional.of(String.join("; ", caveats));
    }

    private Optional<Interval> interval(
        ScoreKey key, QuestionVariant variant, int index, double error, long clusters) {
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

    private OptionalDouble error(ScoreKey key, QuestionVariant variant, int index, long clusters) {
      double value = design.of(key, variant).value(index).orElseThrow();
      double squares = moment(key, variant).of(MomentKind.SQUARES, index);
      return isSpread(key, variant, index)
          ? PointEstimate.of(value, squares, clusters, Math.abs(value)).error()
          : OptionalDouble.empty();
    }

    private Moment moment(ScoreKey key, QuestionVariant variant) {
      return moments.of(key, design.resolved(key, variant));
    }

    private boolean isSpread(ScoreKey key, QuestionVariant variant, int index) {
      return moment(key, variant).isSpread(index, design.of(key, variant).linearised());
    }

    private BootstrapIntervals resampled(ScoreKey key) {
      return intervals.getOrDefault(key, BootstrapIntervals.NONE);
    }

    /** Returns the difference to the baseline's figure; empty for the baseline, or without one. */
    private Optional<PointEstimate> difference(ScoreKey key, QuestionVariant variant, int index) {
      Measured measured = design.of(key, variant);
      if (design.isBaseline(key) || measured.partner(index).isEmpty()) {
        return Optional.empty();
      }
      ScoreKey base = design.baseline(key).orElseThrow();
      int partner = measured.partner(index).getAsInt();
      Figure figure = measured.figures().get(index);
      double own = measured.value(index).orElseThrow();
      double theirs = design.of(base, variant).value(partner).orElseThrow();
      long clusters =
          Math.max(
              figure.counts(totals.of(key, variant)).count(TallySum.CLUSTERS),
              figure.counts(totals.of(base, variant)).count(TallySum.CLUSTERS));
      double squares = moment(key, variant).of(MomentKind.DELTA_SQUARES, index);
      return Optional.of(
          isSpread(key, variant, index) && isSpread(base, variant, partner)
              ? PointEstimate.of(own - theirs, squares, clusters, Math.abs(own) + Math.abs(theirs))
              : PointEstimate.withoutError(own - theirs, clusters));
    }

    private Comparison comparison(
        ScoreKey key, QuestionVariant variant, int index, PointEstimate difference) {
      Figure figure = design.of(key, variant).figures().get(index);
      return figure.uncertainty() == Uncertainty.CLUSTER_BOOTSTRAP
          ? Comparison.resampled(
              difference, resampled(key).delta(design.resolved(key, variant), index))
          : Comparison.clustered(difference, figure.most().orElse(Double.POSITIVE_INFINITY))
              .within(figure.most().orElse(Double.POSITIVE_INFINITY));
    }
  }
}
