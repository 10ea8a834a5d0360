package io.prumerge.report;

import io.prumerge.metric.Metric;
import io.prumerge.published.PublishedFigure;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;

/** What a published figure and one of a report must have in common, in the order of the checks. */
enum PublishedTrait {
  BENCHMARK(figure -> Optional.of(figure.benchmark()), metric -> metric.key().benchmark()),
  METRIC(figure -> Optional.of(figure.metric()), Metric::name),
  SPLIT(PublishedFigure::split, metric -> metric.key().split()),
  MODEL(figure -> Optional.of(figure.model()), metric -> metric.key().model()),
  METHOD(figure -> Optional.of(figure.method()), metric -> metric.key().method());

  private final Function<PublishedFigure, Optional<String>> there;
  private final Function<Metric, String> here;

  PublishedTrait(Function<PublishedFigure, Optional<String>> there, Function<Metric, String> here) {
    this.there = there;
    this.here = here;
  }

  /** Returns the trait of a published figure, if the source says it. */
  Optional<String> of(PublishedFigure figure) {
    return there.apply(figure);
  }

  /** Returns the trait of a figure of the report. */
  String of(Metric metric) {
    return here.apply(metric);
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
