package io.prumerge.load.generate;

import io.prumerge.lang.Text;
import io.prumerge.spark.ColumnNames;
import java.math.BigDecimal;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import org.apache.commons.math3.distribution.GammaDistribution;
import org.apache.commons.math3.random.Well19937c;

/**
 * One load of a load test: when requests are due, and how many may be in flight.
 *
 * @param name such as {@code c16} for 16 in flight and {@code r2.5} for 2.5 requests a second
 * @param arrivals {@code closed}: so many requests are in flight, the next is due when one has
 *     ended; {@code open}: they are due at times of their own
 * @param concurrency requests in flight; of open arrivals the most, null without a limit
 * @param rate requests due a second; infinite: all at once; null for closed arrivals
 * @param burstiness shape of the gamma distribution of the gaps, as in vLLM's {@code bench serve}:
 *     1 for a Poisson process, infinite for equal gaps; null for closed arrivals
 */
public record LoadPattern(
    @ColumnNames("point") String name,
    LoadArrivals arrivals,
    OptionalInt concurrency,
    OptionalDouble rate,
    OptionalDouble burstiness) {

  public static final double POISSON = 1;

  private static final double NANOS = TimeUnit.SECONDS.toNanos(1);

  public LoadPattern {
    if (concurrency.orElse(1) < 1) {
      throw new IllegalArgumentException(
          "must have a request in flight, not " + concurrency.getAsInt());
    }
    rate.ifPresent(value -> requirePositive("rate", value));
    burstiness.ifPresent(value -> requirePositive("burstiness", value));
  }

  private static void requirePositive(String name, double value) {
    if (!(value > 0)) {
      throw new IllegalArgumentException(name + " must be above 0, not " + value);
    }
  }

  /** Returns a closed loop. */
  public static LoadPattern closed(int concurrency) {
    return new LoadPattern(
        "c" + concurrency,
        LoadArrivals.CLOSED,
        OptionalInt.of(concurrency),
        OptionalDouble.empty(),
        OptionalDouble.empty());
  }

  /**
   * Returns an open loop.
   *
   * @param mostInFlight those above it wait here; empty: none does
   */
  public static LoadPattern open(double rate, double burstiness, OptionalInt mostInFlight) {
    return new LoadPattern(
        "r"
            + number(rate)
            + (burstiness == POISSON ? "" : "-b" + number(burstiness))
            + (mostInFlight.isPresent() ? "-c" + mostInFlight.getAsInt() : ""),
        LoadArrivals.OPEN,
        mostInFlight,
        OptionalDouble.of(rate),
        OptionalDouble.of(burstiness));
  }

  /**
   * Returns a share of this: of the requests in flight, or of the rate, as independent gamma
   * processes of all parts add up to the whole's.
   */
  public LoadPattern part(LoadShare share) {
    if (isClosed()) {
      int whole = concurrency.getAsInt();
      return closed(whole / share.of() + (share.number() <= whole % share.of() ? 1 : 0));
    }
    return open(rate.getAsDouble() / share.of(), burstiness.getAsDouble(), concurrency);
  }

  public boolean isClosed() {
    return arrivals == LoadArrivals.CLOSED;
  }

  /**
   * Returns when requests are due, in nanoseconds after the point's start, ascending: 0 in a closed
   * loop, whose room in flight says more.
   *
   * <p>Those of an open loop are due as in vLLM's {@code bench serve} ({@code get_request} of
   * vllm/benchmarks/serve.py): n gaps of a gamma distribution, the first of them before the first
   * request, stretched so that the last request arrives at n / rate. Otherwise the rate of a few
   * hundred requests would be off by some percent, by the seed. A seed gives the same times on
   * every machine: the numbers and the functions of them are Java's own.
   */
  long[] due(int requests, long seed) {
    long[] times = new long[requests];
    if (isOfRate()) {
      return times;
    }
    double[] sums = sums(burstiness.getAsDouble(), requests, seed);
    double last = requests / rate.getAsDouble() * NANOS;
    for (int i = 0; i < requests; i++) {
      times[i] = Math.round(sums[i] / sums[requests - 1] * last);
    }
    return times;
  }

  /** Returns sums of gaps of any mean above 0, which the stretching replaces. */
  private static double[] sums(double burstiness, int requests, long seed) {
    double[] sums = new double[requests];
    GammaDistribution gaps =
        Double.isInfinite(burstiness)
            ? null
            : new GammaDistribution(new Well19937c(seed), burstiness, 1 / burstiness);
    double sum = 0;
    for (int i = 0; i < requests; i++) {
      sum += gaps == null ? 1 : gaps.sample();
      sums[i] = sum;
    }
    return sums;
  }

  /**
   * Returns whether this tells how many requests a server can answer, as a closed loop and all at
   * once do: where requests arrive at a rate that it can bear, it answers as many as arrive.
   */
  public boolean isOfRate() {
    return Double.isInfinite(rate.orElse(Double.POSITIVE_INFINITY));
  }

  /** Returns whether this asks for no more at a time than another load of the same arrivals. */
  public boolean isNoMoreThan(LoadPattern other) {
    return arrivals == other.arrivals
        && burstiness.equals(other.burstiness)
        && rate.orElse(0) <= other.rate.orElse(0)
        && concurrency.orElse(Integer.MAX_VALUE) <= other.concurrency.orElse(Integer.MAX_VALUE);
  }

  /** Returns this in words, as a sentence begins with it. */
  public String words() {
    if (isClosed()) {
      return Text.format("At %,d in flight", concurrency.getAsInt());
    }
    double each = rate.getAsDouble();
    return (isOfRate()
            ? "With all requests at once"
            : Text.format("At %s request%s a second", number(each), each == 1 ? "" : "s"))
        + (concurrency.isPresent()
            ? Text.format(", at most %,d in flight", concurrency.getAsInt())
            : "");
  }

  /** Returns a number without digits that it does not have; infinity as vLLM spells it. */
  public static String number(double value) {
    return Double.isInfinite(value)
        ? "inf"
        : BigDecimal.valueOf(value).stripTrailingZeros().toPlainString();
  }
}
