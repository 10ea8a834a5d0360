package io.prumerge.load.report;

import io.prumerge.lang.Optionals;
import io.prumerge.load.figure.LoadPointRow;
import io.prumerge.load.generate.LoadPattern;
import io.prumerge.statistics.Interval;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * What {@code load.js} draws, as JSON; absent figures are null.
 *
 * @param servers their names, the baseline first
 * @param quality what is over requests a second: {@code retention %}, or {@code score %} where no
 *     point is compared by it; null where there is neither
 */
record LoadChart(List<String> servers, String quality, List<Point> points) {

  static final String RETENTION = "retention %";
  static final String SCORE = "score %";

  private static final double WHOLE = 100;

  /**
   * @param server its number
   * @param concurrency of closed arrivals
   * @param rate of open ones that are not all at once
   * @param told whether the point can be relied upon
   */
  record Point(
      int server,
      String name,
      boolean told,
      Integer concurrency,
      Double rate,
      Figure requests,
      Figure quality,
      Figure latency) {}

  /**
   * @param low null without an interval
   */
  record Figure(double value, Double low, Double high) {

    static Figure of(OptionalDouble value, Optional<Interval> interval) {
      return value.isEmpty()
          ? null
          : new Figure(
              value.getAsDouble(),
              interval.map(Interval::low).orElse(null),
              interval.map(Interval::high).orElse(null));
    }
  }

  static LoadChart of(LoadReport report) {
    List<String> servers = report.servers();
    ComparedPoints compared = new ComparedPoints(report.points(), report.baseline());
    String quality =
        report.points().stream()
                .filter(row -> compared.doubt(row).isEmpty())
                .anyMatch(
                    row -> row.ratios().filter(one -> one.retention().isPresent()).isPresent())
            ? RETENTION
            : report.points().stream().anyMatch(row -> row.score().value().isPresent())
                ? SCORE
                : null;
    return new LoadChart(
        servers,
        quality,
        report.points().stream()
            .map(row -> point(row, servers.indexOf(row.subject().server()), quality, report))
            .toList());
  }

  private static Point point(LoadPointRow row, int server, String quality, LoadReport report) {
    LoadPattern pattern = row.pattern();
    return new Point(
        server,
        pattern.name(),
        PointDoubts.about(row).isEmpty(),
        pattern.isClosed() ? Optionals.orNull(pattern.concurrency()) : null,
        pattern.isOfRate() ? null : Optionals.orNull(pattern.rate()),
        Figure.of(row.rates().requestsPerSecond(), row.rates().interval()),
        SCORE.equals(quality)
            ? Figure.of(row.score().value(), row.score().interval())
            : row.subject().server().equals(report.baseline())
                ? new Figure(WHOLE, null, null)
                : row.ratios()
                    .map(one -> Figure.of(one.retention(), one.retentionInterval()))
                    .orElse(null),
        Figure.of(row.times().plannedE2el().mean(), row.times().plannedE2elInterval()));
  }

  boolean anyQuality() {
    return points.stream()
        .anyMatch(
            point -> point.quality() != null && point.requests() != null && point.rate() == null);
  }

  boolean anyConcurrency() {
    return points.stream()
        .anyMatch(point -> point.concurrency() != null && point.latency() != null);
  }

  boolean anyRate() {
    return points.stream().anyMatch(point -> point.rate() != null && point.latency() != null);
  }
}
