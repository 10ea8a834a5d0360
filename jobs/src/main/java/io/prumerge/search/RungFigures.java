package io.prumerge.search;

import io.prumerge.metric.Comparison;
import io.prumerge.metric.Contrast;
import io.prumerge.metric.ContrastResult;
import io.prumerge.metric.ContrastScope;
import io.prumerge.metric.Inference;
import io.prumerge.metric.Measurements;
import io.prumerge.metric.Metric;
import io.prumerge.metric.Metrics;
import io.prumerge.metric.RetentionEstimate;
import io.prumerge.metric.tally.MethodKey;
import io.prumerge.plan.sweep.SearchCost;
import io.prumerge.reduction.MethodSpec;
import io.prumerge.search.Halving.RungEvaluator;
import io.prumerge.statistics.Interval;
import io.prumerge.statistics.StudentT;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/**
 * What a rung measured, with the statistics of reports. The score is the headline on one benchmark,
 * and the retention over several.
 *
 * @param objective name of the score
 * @param points the candidates in their order
 * @param pairs comparisons of those on the front, as measured, with all others
 */
record RungFigures(String objective, List<Point> points, List<PointPair> pairs) {

  private static final String RETENTION = "retention";

  RungFigures {
    points = List.copyOf(points);
    pairs = List.copyOf(pairs);
  }

  /** Computes the figures of a rung's answers. */
  static RungFigures of(RungEvaluator.Answers answers, Rung rung, SearchCost cost) {
    PairedCosts costs = PairedCosts.of(answers.predictions(), cost.column());
    Measurements measured = Metrics.of(answers.scores(), Inference.against(Inference.BASELINE));
    List<Metric> headlines = measured.metrics().stream().filter(Metric::isConfirmatory).toList();
    boolean one = headlines.stream().map(RungFigures::name).distinct().count() == 1;
    List<Point> points = new ArrayList<>();
    for (MethodSpec method : rung.methods()) {
      points.add(point(method.toString(), headlines, one, measured, costs));
    }
    Metric any = headlines.get(0);
    return new RungFigures(
        one ? name(any) : RETENTION, points, pairs(answers.scores(), any, points, one, costs));
  }

  private static String name(Metric headline) {
    return headline.key().benchmark() + " " + headline.name();
  }

  private static Point point(
      String method,
      List<Metric> headlines,
      boolean one,
      Measurements measured,
      PairedCosts costs) {
    List<Metric> own =
        headlines.stream().filter(each -> each.key().method().equals(method)).toList();
    long questions = own.stream().mapToLong(each -> each.counts().n()).sum();
    if (one) {
      Metric headline = own.get(0);
      return new Point(
          method, headline.value(), headline.interval(), costs.mean(method), questions);
    }
    Optional<RetentionEstimate> retention = measured.retention(key(own.get(0), method));
    return new Point(
        method,
        retention.map(each -> OptionalDouble.of(each.value())).orElse(OptionalDouble.empty()),
        retention.flatMap(RetentionEstimate::interval),
        costs.mean(method),
        questions);
  }

  private static MethodKey key(Metric any, String method) {
    return new MethodKey(any.key().runId(), any.key().model(), method);
  }

  private static List<PointPair> pairs(
      Dataset<Row> scores, Metric any, List<Point> points, boolean one, PairedCosts costs) {
    List<List<Point>> pairs = new ArrayList<>();
    for (Point a : Judgement.front(points)) {
      points.stream().filter(b -> !b.equals(a)).forEach(b -> pairs.add(List.of(a, b)));
    }
    List<Contrast> contrasts =
        pairs.stream()
            .map(
                pair ->
                    new Contrast(
                        key(any, pair.get(0).method()),
                        key(any, pair.get(1).method()),
                        ContrastScope.EVERYTHING))
            .toList();
    List<ContrastResult> compared =
        Metrics.of(scores, Inference.against(Inference.BASELINE).comparing(contrasts)).contrasts();
    List<PairedCosts.Difference> differences =
        costs.differences(
            pairs.stream().map(pair -> pair.stream().map(Point::method).toList()).toList());
    List<PointPair> results = new ArrayList<>();
    for (int i = 0; i < pairs.size(); i++) {
      Point a = pairs.get(i).get(0);
      Point b = pairs.get(i).get(1);
      Optional<Comparison> score =
          compared.stream()
              .filter(each -> each.a().equals(a.method()) && each.b().equals(b.method()))
              .filter(each -> each.isRetention() != one)
              .map(ContrastResult::comparison)
              .findFirst();
      PairedCosts.Difference difference = differences.get(i);
      score.ifPresent(each -> results.add(new PointPair(a, b, each, difference)));
    }
    return results;
  }

  /**
   * Two candidates compared on the same images.
   *
   * @param a the one that may be better
   * @param score the score of {@code a} less that of {@code b}
   * @param cost likewise
   */
  record PointPair(Point a, Point b, Comparison score, PairedCosts.Difference cost) {

    /**
     * A cost that is larger by less than this part counts as equal: methods that keep the same
     * number of tokens differ in the length of their answers.
     */
    static final double EQUAL_COST = 0.01;

    /** Returns whether {@code a} is more accurate, or less, at a level of significance. */
    boolean isCertain(double level) {
      return score.test().isPresent() && score.test().get().pValue() < level;
    }

    /**
     * Returns whether {@code a} is more accurate and costs no more, both at a level of
     * significance.
     */
    boolean dominates(double level) {
      return score.delta() > 0 && isCertain(level) && costsNoMore(level);
    }

    private boolean costsNoMore(double level) {
      double less = cost.delta() - EQUAL_COST * b.cost();
      return less < 0
          && (cost.error() == 0
              || cost.error() > 0 && StudentT.pValue(less, cost.error(), cost.images()) < level);
    }
  }

  /**
   * A candidate as one rung measured it.
   *
   * @param score the headline, or the retention over several benchmarks, in percent or points;
   *     absent if the baseline's headline is 0
   * @param interval of 95 percent; absent where there is no spread
   * @param cost mean cost of a question; NaN if it answered nothing
   * @param questions that it was asked
   */
  record Point(
      String method,
      OptionalDouble score,
      Optional<Interval> interval,
      double cost,
      long questions) {

    /** Returns whether another one is at least as good and better in score or cost, as measured. */
    boolean isBeatenBy(Point other) {
      if (score.isEmpty() || other.score.isEmpty()) {
        return false;
      }
      double mine = score.getAsDouble();
      double theirs = other.score.getAsDouble();
      return theirs >= mine && other.cost <= cost && (theirs > mine || other.cost < cost);
    }
  }
}
