package io.prumerge.metric;

import io.prumerge.statistics.Interval;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/** Every figure and the retention of every method, the contrasts, and the pairs. */
public final class Measurements {

  private final List<Result> results;
  private final Map<MethodKey, RetentionEstimate> retentions;
  private final List<ContrastResult> contrasts;
  private final List<List<AllPairs.Pair>> pairs;

  Measurements(
      List<Result> results,
      Map<MethodKey, RetentionEstimate> retentions,
      List<ContrastResult> contrasts,
      List<List<AllPairs.Pair>> pairs) {
    this.results = List.copyOf(results);
    this.retentions = Map.copyOf(retentions);
    this.contrasts = List.copyOf(contrasts);
    this.pairs = List.copyOf(pairs);
  }

  /** Returns the results, sorted. */
  public List<Result> results() {
    return results;
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

  /** Returns the contrasts in the order of the request: first headlines, then retention. */
  public List<ContrastResult> contrasts() {
    return contrasts;
  }

  /** Returns the pairs of each family of the request, each family corrected for itself. */
  public List<List<AllPairs.Pair>> pairs() {
    return pairs;
  }

  /**
   * The mean over benchmarks of a method's headline over the baseline's, in percent.
   *
   * @param error standard error, clustered by image; absent with one image only
   * @param interval of 95 percent, by the same error; absent for the baseline itself
   * @param aboveChance the retention of figures less chance; absent if a baseline is not above
   *     chance
   */
  public record RetentionEstimate(
      double value,
      OptionalDouble error,
      Optional<Interval> interval,
      OptionalDouble aboveChance) {}
}
