package io.prumerge.metric;

import io.prumerge.benchmark.MetricRule;
import io.prumerge.benchmark.file.MetricRules;
import io.prumerge.console.Texts;
import io.prumerge.lang.Text;
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
import io.prumerge.statistics.Interval;
import io.prumerge.statistics.WilsonInterval;
import io.prumerge.store.Table;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
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
 * Where two methods answered different questions, what compares them is over those that both
 * answered.
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
    Metrics whole = counted(scores, rules, inference, families);
    SharedQuestions shared = whole.shared(inference.baseline(), families);
    return whole.measurements(
        inference,
        shared.isEmpty()
            ? Optional.empty()
            : Optional.of(
                new SharedMetrics(
                    shared,
                    counted(
                        shared.scores(scores),
                        rules,
                        inference.comparing(shared.contrasts()),
                        shared.families()))));
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

  /** Returns the comparisons of methods that answered different questions. */
  private SharedQuestions shared(String baseline, List<AllPairs> families) {
    SharedQuestions shared = new SharedQuestions(baseline);
    Set<MethodKey> others =
        totals.keys().stream()
            .filter(this::isOfOtherQuestions)
            .map(MethodKey::of)
            .collect(Collectors.toCollection(LinkedHashSet::new));
    others.forEach(shared::addMethod);
    int place = design.combinations().retentionCount();
    for (PlannedFigure plan : design.combinations().plans()) {
      Contrast contrast = plan.contrast();
      if (!moments.questions(place++).areSame()
          || others.contains(contrast.a())
          || others.contains(contrast.b())) {
        shared.addContrast(contrast);
      }
    }
    List<List<RetentionPair>> pairs = pairs();
    for (int family = 0; family < families.size(); family++) {
      AllPairs entrants = families.get(family);
      for (RetentionPair pair : pairs.get(family)) {
        if (entrants.seeds(pair).anyMatch(others::contains)) {
          shared.addPair(family, pair.a(), pair.b(), entrants);
        }
      }
    }
    return shared;
  }

  /** Returns whether only one of a result and its baseline has an answer to some question. */
  private boolean isOfOtherQuestions(ScoreKey key) {
    Tally own = totals.of(key, QuestionVariant.EVERY).get(QuestionSubset.ALL);
    return design
        .baseline(key)
        .map(base -> totals.of(base, QuestionVariant.EVERY).get(QuestionSubset.ALL))
        .filter(
            base ->
                own.count(TallySum.N) != own.count(TallySum.COMPARED)
                    || base.count(TallySum.N) != own.count(TallySum.COMPARED))
        .isPresent();
  }

  private Measurements measurements(Inference inference, Optional<SharedMetrics> shared) {
    Map<ScoreKey, MethodResult> results = new LinkedHashMap<>();
    totals.keys().stream().sorted(ORDER).forEach(key -> results.put(key, metrics.of(key)));
    Map<MethodKey, RetentionEstimate> retentions = retentions();
    List<List<RetentionPair>> pairs = pairs();
    if (shared.isPresent()) {
      results.replaceAll(
          (key, result) -> shared.get().result(result, results.get(design.baselineOf(key))));
      retentions = shared.get().retentions(retentions, totals.keys());
      pairs = shared.get().pairs(pairs);
    }
    List<MethodResult> adjusted = ResultFamilies.adjusted(List.copyOf(results.values()));
    return new Measurements(
        adjusted,
        retentions,
        ContrastFamilies.adjusted(contrasts(inference, shared), adjusted),
        pairs.stream().map(ResultFamilies::adjustedPairs).toList());
  }

  /** Returns the result of a method on some questions, uncorrected; empty if it has none. */
  Optional<MethodResult> result(ScoreKey key) {
    return design.has(key) ? Optional.of(metrics.of(key)) : Optional.empty();
  }

  /** Returns the retention of each method that has one. */
  Map<MethodKey, RetentionEstimate> retentions() {
    Map<MethodKey, RetentionEstimate> retentions = new HashMap<>();
    int place = 0;
    for (Map.Entry<MethodKey, Retention> one : design.combinations().retentions().entrySet()) {
      retentions.put(one.getKey(), retention(one.getKey(), one.getValue(), place++));
    }
    return retentions;
  }

  /** Returns the pairs of each family, uncorrected. */
  List<List<RetentionPair>> pairs() {
    return moments.pairs(design);
  }

  /** Returns the figures of all contrasts, uncorrected. */
  List<ContrastFigure> contrasts() {
    List<ContrastFigure> figures = new ArrayList<>();
    int place = design.combinations().retentionCount();
    for (PlannedFigure plan : design.combinations().plans()) {
      figures.add(contrast(plan, place++));
    }
    return figures;
  }

  private ContrastRows contrasts(Inference inference, Optional<SharedMetrics> shared) {
    MethodNames names = names(inference);
    ContrastRows rows = new ContrastRows();
    for (ContrastFigure whole : contrasts()) {
      shared
          .map(one -> one.contrast(whole))
          .orElse(Optional.of(whole))
          .ifPresent(
              figure -> rows.add(figure.plan().contrast(), row(figure, names, inference.asked())));
    }
    return rows;
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

  private ContrastFigure contrast(PlannedFigure plan, int place) {
    PointEstimate estimate = moments.of(place, design);
    double range = plan.difference().range();
    Comparison comparison = Comparison.clustered(estimate, range);
    return new ContrastFigure(
        plan,
        plan.isRetention() ? comparison : comparison.within(range),
        moments.questions(place),
        estimate.clusters());
  }

  private static ContrastResult row(
      ContrastFigure figure, MethodNames names, List<Contrast> asked) {
    PlannedFigure plan = figure.plan();
    Contrast contrast = plan.contrast();
    return new ContrastResult(
        plan.benchmark(),
        plan.split(),
        plan.metric(),
        names.name(contrast.a()),
        names.name(contrast.b()),
        figure.comparison(),
        figure.questions(),
        figure.questions().sharedCaveat(),
        Optional.empty(),
        Optional.of(asked.contains(contrast)),
        names.protocol(contrast.a().runId()),
        names.protocol(contrast.b().runId()),
        Optional.of(figure.clusters()));
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
              Text.format(
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
