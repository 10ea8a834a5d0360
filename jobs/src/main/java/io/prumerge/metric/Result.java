package io.prumerge.metric;

import java.util.List;

/**
 * What one method's scores on one benchmark add up to under one profile.
 *
 * @param n scored questions, errors included
 * @param errors questions with an error, counted as wrong
 * @param unparsed answers the parser made nothing of
 * @param missing questions without an answer, not in {@code n}
 * @param metrics sorted by category and name
 * @param gaps what sums over named groups lack, as messages
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

  /** Whether the profile is the benchmark's own way to score. */
  public boolean isOwnProfile() {
    return key.isOwnProfile();
  }

  Result withMetrics(List<Metric> others) {
    return new Result(key, n, errors, unparsed, missing, others, gaps);
  }
}
