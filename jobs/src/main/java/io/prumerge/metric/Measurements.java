package io.prumerge.metric;

import io.prumerge.metric.tally.ScoreKey;
import io.prumerge.metric.tally.ScoreKey.MethodKey;
import io.prumerge.statistics.Interval;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * Every figure and the retention of every method, the contrasts, and the pairs.
 *
 * @param results sorted
 * @param retentions of the methods that have one
 * @param contrasts in the order of the request: first headlines, then retention
 * @param pairs of each family of the request, each family corrected for itself
 */
public record Measurements(
    List<Result> results,
    Map<MethodKey, RetentionEstimate> retentions,
    List<ContrastResult> contrasts,
    List<List<AllPairs.Pair>> pairs) {

  public Measurements {
    results = List.copyOf(results);
    retentions = Map.copyOf(retentions);
    contrasts = List.copyOf(contrasts);
    pairs = List.copyOf(pairs);
  }

  /** Returns the metrics of all results, sorted. */
  public List<Metric> metrics() {
    return results.stream().flatMap(result -> result.metrics().stream()).toList();
  }

  /**
   * Returns the mean over benchmarks of headline / baseline's headline, in percent; empty without a
   * baseline or if its headline is 0.
   */
  public Optional<RetentionEstimate> retention(MethodKey method) {
    return Optional.ofNullable(retentions.get(method));
  }

  /**
   * The mean over benchmarks of a method's headline over the baseline's, in percent.
   *
   * @param error standard error, clustered by image; absent where a figure that it is computed from
   *     has none
   * @param interval of 95 percent, by the same error; absent for the baseline itself
   * @param aboveChance the retention of figures less chance; absent if a baseline is not above
   *     chance
   */
  public record RetentionEstimate(
      double value,
      OptionalDouble error,
      Optional<Interval> interval,
      OptionalDouble aboveChance) {}

  /**
   * The figures of one method on one benchmark under one profile.
   *
   * @param counts its questions
   * @param metrics sorted by category and name
   * @param gaps messages about missing groups
   * @param leftOutRows rows of the benchmark's files that could not be read, so that their
   *     questions are not in the counts
   */
  public record Result(
      ScoreKey key,
      Metric.Counts counts,
      List<Metric> metrics,
      List<String> gaps,
      long leftOutRows) {

    public Result {
      metrics = List.copyOf(metrics);
      gaps = List.copyOf(gaps);
    }

    /** Returns whether the profile is the benchmark's own. */
    public boolean isOwnProfile() {
      return key.isOwnProfile();
    }

    Result withMetrics(List<Metric> others) {
      return new Result(key, counts, others, gaps, leftOutRows);
    }

    /** Returns this result as one over files of which {@code rows} rows could not be read. */
    public Result lacking(long rows) {
      return rows == 0
          ? this
          : new Result(
              key,
              counts,
              metrics.stream().map(one -> one.with(Caveats.leftOut(rows))).toList(),
              gaps,
              rows);
    }
  }
}
