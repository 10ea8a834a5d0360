package io.prumerge.load;

import java.util.List;
import java.util.OptionalDouble;
import java.util.function.Function;

/**
 * Whether a point asked for more than its server can do, so that its times say how long it was
 * asked, and not how fast the server is.
 */
public final class Saturation {

  /** A rate this share above what is answered is not kept up with, however long it goes on. */
  private static final double SHARE = 0.05;

  /** Of the standard deviation of a Poisson count, by which a steady queue may grow by chance. */
  private static final double DEVIATIONS = 2;

  private Saturation() {}

  /**
   * Returns whether requests piled up: in the second half of its arrivals, those that ended, late
   * or with an error also, were fewer than those that arrived, by more than 5 % and by more than
   * twice the square root of the arrivals. At r times what the server can do, the difference is 1 -
   * 1 / r of the arrivals; below, it stays what is in flight. An answer must take less than half of
   * the point. Closed loops, and points whose requests are all due at once, have no rate that could
   * be too high.
   */
  public static boolean of(PointRun run) {
    if (!(run.plan().pattern() instanceof LoadPattern.Open open)
        || Double.isInfinite(open.rate())) {
      return false;
    }
    double last = run.requests().stream().mapToDouble(LoadRequest::planned).max().orElse(0);
    double arrived = between(run.requests(), last, r -> OptionalDouble.of(r.planned()));
    double ended = between(run.requests(), last, LoadRequest::end);
    return arrived - ended > Math.max(SHARE * arrived, DEVIATIONS * Math.sqrt(arrived));
  }

  private static long between(
      List<LoadRequest> requests, double last, Function<LoadRequest, OptionalDouble> time) {
    return requests.stream()
        .flatMapToDouble(request -> time.apply(request).stream())
        .filter(millis -> millis > last / 2 && millis <= last)
        .count();
  }
}
