package io.prumerge.load.figure;

import io.prumerge.spark.ColumnNames;
import java.util.Comparator;
import java.util.OptionalDouble;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.apache.commons.math3.stat.descriptive.rank.Percentile;
import org.apache.commons.math3.stat.descriptive.rank.Percentile.EstimationType;

/**
 * How a time is distributed over requests. A percentile is null where fewer than ten requests lie
 * above it.
 *
 * @param mean of the requests that have this time; null without any
 * @param median null of fewer than 20 requests
 * @param p90 90th percentile; null of fewer than 100
 * @param p95 95th percentile; null of fewer than 200
 * @param p99 99th percentile; null of fewer than 1,000
 */
public record LatencyFigures(
    OptionalDouble mean,
    @ColumnNames("p50") OptionalDouble median,
    OptionalDouble p90,
    OptionalDouble p95,
    OptionalDouble p99) {

  private static final int WHOLE = 100;

  /** Requests above a percentile: of fewer, it is one of their times by chance. */
  private static final int FEWEST_ABOVE = 10;

  /** Reads the value of a percentile off sorted times. */
  private interface Reading {
    double at(int percent);
  }

  /**
   * Returns the distribution with numpy's {@code linear} percentiles, as in vLLM's {@code bench
   * serve}.
   *
   * @param millis the times; a request may have several
   * @param requests that have them
   */
  static LatencyFigures of(double[] millis, long requests) {
    Percentile sorted = new Percentile().withEstimationType(EstimationType.R_7);
    sorted.setData(millis);
    return of(DoubleStream.of(millis).average(), sorted::evaluate, requests);
  }

  /**
   * Returns the distribution of weighted times as guidellm has it ({@code
   * src/guidellm/schemas/statistics.py}): the weighted mean, and as a percentile the least time up
   * to which the weights add up to its share.
   *
   * @param millis one for each request
   * @param weights likewise, above 0
   */
  static LatencyFigures weighted(double[] millis, double[] weights) {
    int[] order =
        IntStream.range(0, millis.length)
            .boxed()
            .sorted(Comparator.comparingDouble(i -> millis[i]))
            .mapToInt(Integer::intValue)
            .toArray();
    double all = DoubleStream.of(weights).sum();
    double sum = IntStream.range(0, millis.length).mapToDouble(i -> millis[i] * weights[i]).sum();
    return of(
        millis.length == 0 ? OptionalDouble.empty() : OptionalDouble.of(sum / all),
        percent -> {
          double below = 0;
          for (int i : order) {
            below += weights[i];
            if (below * WHOLE >= percent * all) {
              return millis[i];
            }
          }
          return millis[order[order.length - 1]];
        },
        millis.length);
  }

  private static LatencyFigures of(OptionalDouble mean, Reading sorted, long requests) {
    return new LatencyFigures(
        mean,
        percentile(50, sorted, requests),
        percentile(90, sorted, requests),
        percentile(95, sorted, requests),
        percentile(99, sorted, requests));
  }

  private static OptionalDouble percentile(int percent, Reading sorted, long requests) {
    return requests < fewest(percent)
        ? OptionalDouble.empty()
        : OptionalDouble.of(sorted.at(percent));
  }

  /** Returns how many requests a percentile takes. */
  static int fewest(int percent) {
    return FEWEST_ABOVE * WHOLE / (WHOLE - percent);
  }
}
