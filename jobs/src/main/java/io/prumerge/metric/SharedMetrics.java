package io.prumerge.metric;

import io.prumerge.metric.tally.MethodKey;
import io.prumerge.metric.tally.ScoreKey;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/** What compares methods that answered different questions, measured on those that they share. */
final class SharedMetrics {

  private final SharedQuestions questions;
  private final Metrics metrics;
  private final Map<MethodKey, RetentionEstimate> retentions;
  private final List<ContrastFigure> contrasts;
  private final List<List<RetentionPair>> pairs;

  /**
   * @param questions the comparisons
   * @param metrics of {@link SharedQuestions#scores}
   */
  SharedMetrics(SharedQuestions questions, Metrics metrics) {
    this.questions = questions;
    this.metrics = metrics;
    this.retentions = metrics.retentions();
    this.contrasts = metrics.contrasts();
    this.pairs = metrics.pairs();
  }

  /**
   * Returns a result whose differences to the baseline are over the questions of both.
   *
   * @param whole of all its questions
   * @param baseline all of the baseline's figures; null if there is none
   */
  MethodResult result(MethodResult whole, MethodResult baseline) {
    Optional<ScoreKey> key = questions.result(whole.key());
    if (key.isEmpty()) {
      return whole;
    }
    Map<List<String>, Metric> shared = byName(metrics.result(key.get()));
    Map<List<String>, Metric> others = byName(Optional.ofNullable(baseline));
    return whole.withMetrics(
        whole.metrics().stream()
            .map(
                metric ->
                    metric.comparison().isEmpty()
                        ? metric
                        : metric.onShared(
                            Optional.ofNullable(shared.get(name(metric))),
                            others.get(name(metric)).counts()))
            .toList());
  }

  private static Map<List<String>, Metric> byName(Optional<MethodResult> result) {
    Map<List<String>, Metric> metrics = new HashMap<>();
    result.ifPresent(one -> one.metrics().forEach(metric -> metrics.put(name(metric), metric)));
    return metrics;
  }

  private static List<String> name(Metric metric) {
    return List.of(metric.category(), metric.name());
  }

  /**
   * Returns the retentions, each over questions that the baseline answered, too; without those of
   * methods that share no question with it on one of their benchmarks.
   *
   * @param whole each over all questions of its methods
   * @param results all
   */
  Map<MethodKey, RetentionEstimate> retentions(
      Map<MethodKey, RetentionEstimate> whole, Collection<ScoreKey> results) {
    Map<MethodKey, RetentionEstimate> all = new HashMap<>(whole);
    for (ScoreKey result : results) {
      MethodKey method = MethodKey.of(result);
      if (questions.result(result).filter(key -> metrics.result(key).isEmpty()).isPresent()) {
        all.remove(method);
      } else {
        all.computeIfPresent(
            method,
            (key, own) ->
                questions.method(key).isEmpty()
                    ? own
                    : retentions.get(questions.method(key).get()));
      }
    }
    return all;
  }

  /**
   * Returns the pairs of each family, each over the questions of both; without those that share
   * none.
   *
   * @param whole each over all questions of its methods
   */
  List<List<RetentionPair>> pairs(List<List<RetentionPair>> whole) {
    List<List<RetentionPair>> all = new ArrayList<>();
    for (int family = 0; family < whole.size(); family++) {
      List<RetentionPair> own = new ArrayList<>();
      for (RetentionPair pair : whole.get(family)) {
        OptionalInt place = questions.family(family, pair.a(), pair.b());
        if (place.isEmpty()) {
          own.add(pair);
        } else {
          pairs.get(place.getAsInt()).stream()
              .map(one -> new RetentionPair(pair.a(), pair.b(), one.comparison()))
              .forEach(own::add);
        }
      }
      all.add(own);
    }
    return all;
  }

  /**
   * Returns a contrast's figure over the questions of both; empty if they share none.
   *
   * @param whole the figure over all questions of both methods
   */
  Optional<ContrastFigure> contrast(ContrastFigure whole) {
    Optional<Contrast> shared = questions.contrast(whole.plan());
    return shared.isEmpty()
        ? Optional.of(whole)
        : contrasts.stream()
            .filter(one -> one.plan().isAlso(whole.plan(), shared.get()))
            .map(whole::on)
            .findFirst();
  }
}
