package io.prumerge.metric;

import io.prumerge.metric.tally.MethodKey;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Every figure and the retention of every method, the contrasts, and the pairs.
 *
 * @param results sorted
 * @param retentions of the methods that have one
 * @param contrasts in the order of the request: first headlines, then retention
 * @param pairs of each family of the request, each family corrected for itself
 */
public record Measurements(
    List<MethodResult> results,
    Map<MethodKey, RetentionEstimate> retentions,
    List<ContrastResult> contrasts,
    List<List<RetentionPair>> pairs) {

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
}
