package io.prumerge.report;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What scores add up to: every figure of every method, and what each method retains. */
public final class Measurements {

  private final List<Result> results;
  private final Map<MethodKey, Estimate> retentions;

  Measurements(List<Result> results, Map<MethodKey, Estimate> retentions) {
    this.results = List.copyOf(results);
    this.retentions = Map.copyOf(retentions);
  }

  /** Sorted. */
  public List<Result> results() {
    return results;
  }

  /** The metrics of all results, sorted. */
  public List<Metric> metrics() {
    return results.stream().flatMap(result -> result.metrics().stream()).toList();
  }

  /**
   * The mean over benchmarks of headline / baseline's headline, in percent; absent without a
   * baseline or where its headline is 0.
   */
  Optional<Estimate> retention(MethodKey method) {
    return Optional.ofNullable(retentions.get(method));
  }
}
