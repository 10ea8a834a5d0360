package io.prumerge.metric;

import io.prumerge.metric.tally.ScoreKey;
import java.util.List;

/**
 * The figures of one method on one benchmark under one profile.
 *
 * @param counts its questions
 * @param metrics sorted by category and name
 * @param gaps messages about missing groups
 */
public record Result(ScoreKey key, Metric.Counts counts, List<Metric> metrics, List<String> gaps) {

  public Result {
    metrics = List.copyOf(metrics);
    gaps = List.copyOf(gaps);
  }

  /** Returns whether the profile is the benchmark's own. */
  public boolean isOwnProfile() {
    return key.isOwnProfile();
  }

  Result withMetrics(List<Metric> others) {
    return new Result(key, counts, others, gaps);
  }
}
