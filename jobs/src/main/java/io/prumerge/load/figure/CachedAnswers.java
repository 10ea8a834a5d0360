package io.prumerge.load.figure;

import io.prumerge.console.Texts;
import io.prumerge.lang.Text;
import io.prumerge.statistics.BatchMeans;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.Collectors;

/** Signs that a server has answered from a cache, which a load test is not to measure. */
final class CachedAnswers {

  /** Pictures that were asked about again; fewer have no spread to speak of. */
  private static final int FEWEST = 10;

  /** By how much, as a logarithm, times at one load differ from day to day. */
  private static final double DRIFT = Math.log(1.1);

  private CachedAnswers() {}

  /**
   * Returns how the measured requests show it; empty if they do not.
   *
   * @param before the same server's points before this one
   */
  static Optional<String> sign(PointRequests requests, List<PointRequests> before) {
    List<LoadRow> measured = requests.answered();
    long cached = measured.stream().filter(row -> row.cachedTokens().orElse(0) > 0).count();
    if (cached > 0) {
      return Optional.of(
          Text.format(
              "the server had prompt tokens of %,d of %s in its cache",
              cached, Texts.count(measured.size(), "answer")));
    }
    if (isFaster(requests, List.of(requests), 0)) {
      return Optional.of("pictures that were asked about again were answered faster than at first");
    }
    List<PointRequests> lighter =
        before.stream().filter(point -> point.pattern().isNoMoreThan(requests.pattern())).toList();
    return isFaster(requests, lighter, DRIFT)
        ? Optional.of("pictures were answered faster than at first, under a load that was no more")
        : Optional.empty();
  }

  /**
   * Returns whether pictures' first times are longer than their later ones in a point, by the
   * interval of 95 percent of the mean over pictures of the times' logarithms: of the time to the
   * first text, which the prompt takes, or to the end where answers are not streamed.
   *
   * @param first the points where a picture's first time is looked for, in their order
   * @param least what the interval must lie above
   */
  private static boolean isFaster(PointRequests requests, List<PointRequests> first, double least) {
    Map<String, LoadRow> firsts = new HashMap<>();
    for (PointRequests point : first) {
      timed(point).forEach((picture, rows) -> firsts.putIfAbsent(picture, rows.get(0)));
    }
    double[] gains =
        timed(requests).entrySet().stream()
            .filter(picture -> firsts.containsKey(picture.getKey()))
            .flatMap(
                picture -> {
                  LoadRow known = firsts.get(picture.getKey());
                  return picture.getValue().stream()
                      .filter(row -> row != known)
                      .mapToDouble(CachedAnswers::time)
                      .average()
                      .stream()
                      .mapToObj(later -> time(known) - later);
                })
            .mapToDouble(Double::doubleValue)
            .toArray();
    return gains.length >= FEWEST && BatchMeans.of(gains).interval().low() > least;
  }

  /** Returns the measured requests that have a time, by their pictures. */
  private static Map<String, List<LoadRow>> timed(PointRequests requests) {
    return requests.answered().stream()
        .filter(row -> row.question().imageId().isPresent() && Double.isFinite(time(row)))
        .collect(
            Collectors.groupingBy(
                row -> row.question().imageId().orElseThrow(),
                LinkedHashMap::new,
                Collectors.toList()));
  }

  /**
   * Returns a request's time as a logarithm; of none, and of none that is above 0, no finite one.
   */
  private static double time(LoadRow row) {
    RequestTimes times = new RequestTimes(row);
    OptionalDouble time = times.ttft().isPresent() ? times.ttft() : times.e2el();
    return Math.log(time.orElse(Double.NaN));
  }
}
