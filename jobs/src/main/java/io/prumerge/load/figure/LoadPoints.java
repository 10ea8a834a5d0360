package io.prumerge.load.figure;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Makes the table of a load test's points from that of its requests: those of all repeats and of
 * all shares of a server's point are one row, in the order of their first requests.
 */
public final class LoadPoints {

  private final Optional<GoodputLimits> limits;
  private final String baseline;

  private LoadPoints(Optional<GoodputLimits> limits, String baseline) {
    this.limits = limits;
    this.baseline = baseline;
  }

  /**
   * Returns the points.
   *
   * @param rows of one run, about one benchmark's split
   * @param baseline the server that others are compared with
   */
  public static List<LoadPointRow> of(
      List<LoadRow> rows, Optional<GoodputLimits> limits, String baseline) {
    Map<List<String>, List<LoadRow>> points =
        rows.stream()
            .collect(
                Collectors.groupingBy(
                    row -> List.of(row.series().subject().server(), row.series().pattern().name()),
                    LinkedHashMap::new,
                    Collectors.toList()));
    return new LoadPoints(limits, baseline)
        .rows(points.values().stream().map(PointRequests::new).map(MeasuredPoint::of).toList());
  }

  private List<LoadPointRow> rows(List<MeasuredPoint> points) {
    Map<String, PointScores> first = new LinkedHashMap<>();
    List<LoadPointRow> rows = new ArrayList<>();
    for (MeasuredPoint point : points) {
      String server = point.requests().subject().server();
      rows.add(row(point, points, Optional.ofNullable(first.get(server))));
      first.putIfAbsent(server, point.scores());
    }
    return rows;
  }

  private LoadPointRow row(
      MeasuredPoint point, List<MeasuredPoint> points, Optional<PointScores> first) {
    PointRequests requests = point.requests();
    PointEstimates estimates = new PointEstimates(requests);
    PointTimes times = PointTimes.of(requests, estimates);
    Optional<PointGoodput> goodput =
        limits.map(given -> PointGoodput.of(given, requests, estimates));
    PointScore score = PointScore.of(point.scores(), first);
    Optional<String> cached =
        CachedAnswers.sign(
            requests,
            points.stream()
                .takeWhile(other -> other != point)
                .map(MeasuredPoint::requests)
                .filter(other -> other.subject().equals(requests.subject()))
                .toList());
    return new LoadPointRow(
        requests.subject(),
        requests.pattern(),
        requests.repeats().size(),
        requests.shares(),
        PointCounts.of(requests),
        point.rates(),
        times,
        goodput,
        point.tokens(),
        score,
        requests.subject().server().equals(baseline)
            ? Optional.empty()
            : points.stream()
                .filter(other -> other.requests().subject().server().equals(baseline))
                .filter(other -> other.requests().pattern().equals(requests.pattern()))
                .findFirst()
                .map(base -> PointRatios.of(point, base)),
        PointMarks.of(
            requests,
            times,
            cached.isPresent(),
            PointNotes.of(requests, point.rates(), times, point.tokens(), goodput, score, cached)),
        PointTimes.figures(requests.times(), RequestTimes::guidellmTimeToFirstOutputToken));
  }
}
