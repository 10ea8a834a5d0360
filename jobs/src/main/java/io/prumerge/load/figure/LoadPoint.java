package io.prumerge.load.figure;

import io.prumerge.load.generate.LoadPattern;
import io.prumerge.spark.ColumnNames;
import java.math.BigDecimal;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/**
 * One load of a load test.
 *
 * @param name such as {@code c16} for 16 in flight and {@code r2.5} for 2.5 requests a second
 * @param arrivals {@code closed}: so many requests are in flight, the next is due when one has
 *     ended; {@code open}: they are due at times of their own
 * @param concurrency requests in flight; of open arrivals the most, null without a limit
 * @param rate requests due a second; infinite: all at once; null for closed arrivals
 * @param burstiness shape of the gamma distribution of the gaps, as in vLLM's {@code bench serve}:
 *     1 for a Poisson process, infinite for equal gaps; null for closed arrivals
 */
public record LoadPoint(
    @ColumnNames("point") String name,
    LoadArrivals arrivals,
    Optional<Integer> concurrency,
    OptionalDouble rate,
    OptionalDouble burstiness) {

  public static final double POISSON = 1;

  /** Returns a pattern under a name that tells it from all others. */
  public static LoadPoint of(LoadPattern pattern) {
    if (pattern instanceof LoadPattern.Closed closed) {
      return new LoadPoint(
          "c" + closed.concurrency(),
          LoadArrivals.CLOSED,
          Optional.of(closed.concurrency()),
          OptionalDouble.empty(),
          OptionalDouble.empty());
    }
    LoadPattern.Open open = (LoadPattern.Open) pattern;
    OptionalInt most = open.mostInFlight();
    return new LoadPoint(
        "r"
            + number(open.rate())
            + (open.burstiness() == POISSON ? "" : "-b" + number(open.burstiness()))
            + (most.isPresent() ? "-c" + most.getAsInt() : ""),
        LoadArrivals.OPEN,
        most.isPresent() ? Optional.of(most.getAsInt()) : Optional.empty(),
        OptionalDouble.of(open.rate()),
        OptionalDouble.of(open.burstiness()));
  }

  /**
   * Returns whether this tells how many requests a server can answer: where they arrive at a rate
   * that it can bear, it answers as many as arrive.
   */
  public boolean isOfRate() {
    return arrivals == LoadArrivals.CLOSED || Double.isInfinite(rate.orElseThrow());
  }

  /** Returns whether this asks for no more at a time than another point of the same arrivals. */
  boolean isNoMoreThan(LoadPoint other) {
    return arrivals == other.arrivals
        && burstiness.equals(other.burstiness)
        && rate.orElse(0) <= other.rate.orElse(0)
        && concurrency.orElse(Integer.MAX_VALUE) <= other.concurrency.orElse(Integer.MAX_VALUE);
  }

  /** Returns a number without digits that it does not have; infinity as vLLM spells it. */
  public static String number(double value) {
    return Double.isInfinite(value)
        ? "inf"
        : BigDecimal.valueOf(value).stripTrailingZeros().toPlainString();
  }
}
