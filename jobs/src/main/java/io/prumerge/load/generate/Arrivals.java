package io.prumerge.load.generate;

import java.util.concurrent.TimeUnit;
import org.apache.commons.math3.distribution.GammaDistribution;
import org.apache.commons.math3.random.Well19937c;

/**
 * When the requests of an open loop arrive, as in vLLM's {@code bench serve} ({@code get_request}
 * of vllm/benchmarks/serve.py): n gaps of a gamma distribution, the first of them before the first
 * request, stretched so that the last request arrives at n / rate. Otherwise the rate of a few
 * hundred requests would be off by some percent, by the seed. A seed gives the same times on every
 * machine: the numbers and the functions of them are Java's own.
 */
final class Arrivals {

  private static final double NANOS = TimeUnit.SECONDS.toNanos(1);

  private Arrivals() {}

  /** Returns nanoseconds after the point's start, ascending. */
  static long[] nanos(LoadPattern.Open pattern, int requests, long seed) {
    long[] times = new long[requests];
    if (Double.isInfinite(pattern.rate())) {
      return times;
    }
    double[] sums = sums(pattern.burstiness(), requests, seed);
    double last = requests / pattern.rate() * NANOS;
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
}
