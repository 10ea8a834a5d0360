package io.prumerge.metric;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What scores add up to: every figure of every method, what each method retains, and contrasts. */
public final class Measurements {

  private final List<Result> results;
  private final Map<MethodKey, RetentionEstimate> retentions;
  private final List<ContrastResult> contrasts;

  Measurements(
      List<Result> results,
      Map<MethodKey, RetentionEstimate> retentions,
      List<ContrastResult> contrasts) {
    this.results = List.copyOf(results);
    this.retentions = Map.copyOf(retentions);
    this.contrasts = List.copyOf(contrasts);
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
  public Optional<RetentionEstimate> retention(MethodKey method) {
    return Optional.ofNullable(retentions.get(method));
  }

  /** In the order they were asked for; the headlines of each, then its retention. */
  public List<ContrastResult> contrasts() {
    return contrasts;
  }
}
