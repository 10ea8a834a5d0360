package io.prumerge.load;

import io.prumerge.console.Texts;
import io.prumerge.statistics.BatchMeans;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;

/** Signs that a server has answered from a cache, which a load test is not to measure. */
final class CachedAnswers {

  /** Pictures that were asked about again; fewer have no spread to speak of. */
  private static final int FEWEST = 10;

  private CachedAnswers() {}

  /** Returns how the measured requests show it; empty if they do not. */
  static Optional<String> sign(PointRequests requests) {
    List<LoadRow> measured = requests.answered();
    long cached = measured.stream().filter(row -> row.cachedTokens().orElse(0) > 0).count();
    if (cached > 0) {
      return Optional.of(
          String.format(
              Locale.ROOT,
              "the server had prompt tokens of %,d of %s in its cache",
              cached,
              Texts.count(measured.size(), "answer")));
    }
    return isFasterAgain(requests)
        ? Optional.of("pictures that were asked about again were answered faster than at first")
        : Optional.empty();
  }

  /**
   * Returns whether a picture's first time in the point is longer than its later ones, by the
   * interval of 95 percent of the mean over pictures of the times' logarithms: of the time to the
   * first text, which the prompt takes, or to the end where answers are not streamed.
   */
  private static boolean isFasterAgain(PointRequests requests) {
    List<Double> gains = new ArrayList<>();
    for (List<LoadRow> picture :
        requests.by(row -> Optional.ofNullable(row.question().imageId())).values()) {
      if (picture.get(0).question().imageId() == null) {
        continue;
      }
      double[] times =
          picture.stream()
              .filter(row -> row.isMeasured() && row.isAnswered())
              .map(CachedAnswers::time)
              .filter(OptionalDouble::isPresent)
              .mapToDouble(OptionalDouble::getAsDouble)
              .filter(time -> time > 0)
              .map(Math::log)
              .toArray();
      if (times.length > 1) {
        double later = 0;
        for (int i = 1; i < times.length; i++) {
          later += times[i] / (times.length - 1);
        }
        gains.add(times[0] - later);
      }
    }
    return gains.size() >= FEWEST
        && BatchMeans.of(gains.stream().mapToDouble(Double::doubleValue).toArray()).interval().low()
            > 0;
  }

  private static OptionalDouble time(LoadRow row) {
    RequestTimes times = new RequestTimes(row);
    return times.ttft().isPresent() ? times.ttft() : times.e2el();
  }
}
