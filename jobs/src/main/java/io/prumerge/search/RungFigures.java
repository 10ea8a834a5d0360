package io.prumerge.search;

import io.prumerge.console.Failure;
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
import io.prumerge.reduction.MethodSpec;
import io.prumerge.settings.sweep.SearchCost;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * What a rung measured, with the statistics of reports. The score is the headline on one benchmark,
 * and the retention over several.
 *
 * @param objective name of the score
 * @param points the candidates in their order
 * @param pairs comparisons of those on the front, as measured, with all others
 */
record RungFigures(String objective, List<RungPoint> points, List<PointPair> pairs) {

  private static final String RETENTION = "retention";

  RungFigures {
    points = List.copyOf(points);
    pairs = List.copyOf(pairs);
  }

  /** Computes the figures of a rung's answers. */
  static RungFigures of(RungAnswers answers, Rung rung, SearchCost cost) {
    PairedCosts costs = PairedCosts.of(answers.predictions(), cost.column());
    Measurements measured = Metrics.of(answers.scores(), inference(answers));
    List<Metric> headlines = measured.metrics().stream().filter(Metric::isConfirmatory).toList();
    if (headlines.isEmpty()) {
      throw new Failure(
          "Cannot compare methods: none of the examples has a known answer, so nothing is scored;"
              + " search needs examples with answers");
    }
    boolean one = headlines.stream().map(RungFigures::name).distinct().count() == 1;
    List<RungPoint> points = new ArrayList<>();
    for (MethodSpec method : rung.methods()) {
      points.add(point(method.toString(), headlines, one, measured, costs));
    }
    Metric any = headlines.get(0);
    return new RungFigures(
        one ? name(any) : RETENTION, points, pairs(answers, any, points, one, costs));
  }

  private static Inference inference(RungAnswers answers) {
    return Inference.against(Inference.BASELINE).of(answers.benchmarks());
  }

  private static String name(Metric headline) {
    return headline.key().benchmark() + " " + headline.name();
  }

  private static RungPoint point(
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
      return new RungPoint(
          method, headline.value(), headline.interval(), costs.mean(method), questions);
    }
    Optional<RetentionEstimate> retention = measured.retention(key(own.get(0), method));
    return new RungPoint(
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
      RungAnswers answers, Metric any, List<RungPoint> points, boolean one, PairedCosts costs) {
    List<List<RungPoint>> pairs = new ArrayList<>();
    for (RungPoint a : Judgement.front(points)) {
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
        Metrics.of(answers.scores(), inference(answers).comparing(contrasts)).contrasts();
    List<CostDifference> differences =
        costs.differences(
            pairs.stream().map(pair -> pair.stream().map(RungPoint::method).toList()).toList());
    List<PointPair> results = new ArrayList<>();
    for (int i = 0; i < pairs.size(); i++) {
      RungPoint a = pairs.get(i).get(0);
      RungPoint b = pairs.get(i).get(1);
      Optional<Comparison> score =
          compared.stream()
              .filter(each -> each.a().equals(a.method()) && each.b().equals(b.method()))
              .filter(each -> each.isRetention() != one)
              .map(ContrastResult::comparison)
              .findFirst();
      CostDifference difference = differences.get(i);
      score.ifPresent(each -> results.add(new PointPair(a, b, each, difference)));
    }
    return results;
  }
}
