package io.prumerge.metric;

import io.prumerge.metric.tally.ScoreKey;
import java.util.List;

/**
 * The figures of one method on one benchmark under one profile.
 *
 * @param n scored questions, errors included
 * @param errors questions with an error, counted as wrong
 * @param unparsed answers without a value for the parser
 * @param missing questions without an answer, not in {@code n}
 * @param metrics sorted by category and name
 * @param gaps messages about missing groups
 */
public record Result(
    ScoreKey key,
    long n,
    long errors,
    long unparsed,
    long missing,
    List<Metric> metrics,
    List<String> gaps) {

  public Result {
    metrics = List.copyOf(metrics);
    gaps = List.copyOf(gaps);
  }

  /** Returns whether the profile is the benchmark's own. */
  public boolean isOwnProfile() {
    return key.isOwnProfile();
  }

  Result withMetrics(List<Metric> others) {
    return new Result(key, n, errors, unparsed, missing, others, gaps);
  }
}
