package io.prumerge.load.figure;

import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Function;

/**
 * Whether a point asked for more than its server can do, so that its times say how long it was
 * asked, and not how fast the server is.
 */
final class Saturation {

  /** A rate this share above what is answered is not kept up with, however long it goes on. */
  private static final double SHARE = 0.05;

  /** Of the standard deviation of a Poisson count, by which a steady queue may grow by chance. */
  private static final double DEVIATIONS = 2;

  private Saturation() {}

  /**
   * Returns whether requests piled up: in the second half of the arrivals of each series, those
   * that ended, late or with an error also, were fewer than those that arrived, by more than 5 %
   * and by more than twice the square root of the arrivals. At r times what the server can do, the
   * difference is 1 - 1 / r of the arrivals; below, it stays what is in flight. An answer must take
   * less than half of the point. Empty for closed loops, and where all requests are due at once:
   * these have no rate that could be too high.
   */
  static Optional<Boolean> of(PointRequests requests) {
    if (requests.pattern().isOfRate()) {
      return Optional.empty();
    }
    double arrived = 0;
    double ended = 0;
    for (List<LoadRow> series : requests.series()) {
      double last = series.stream().mapToDouble(LoadRow::planned).max().orElseThrow();
      arrived += inSecondHalf(series, last, row -> OptionalDouble.of(row.planned()));
      ended += inSecondHalf(series, last, LoadRow::end);
    }
    return Optional.of(
        arrived - ended > Math.max(SHARE * arrived, DEVIATIONS * Math.sqrt(arrived)));
  }

  private static long inSecondHalf(
      List<LoadRow> series, double last, Function<LoadRow, OptionalDouble> time) {
    return series.stream()
        .flatMapToDouble(row -> time.apply(row).stream())
        .filter(millis -> millis > last / 2 && millis <= last)
        .count();
  }
}
