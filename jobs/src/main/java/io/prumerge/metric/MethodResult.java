package io.prumerge.metric;

import io.prumerge.metric.tally.ScoreKey;
import java.util.List;

/**
 * The figures of one method on one benchmark under one profile.
 *
 * @param isOwnProfile whether the profile is the benchmark's own
 * @param counts its questions
 * @param metrics sorted by category and name
 * @param gaps messages about missing groups
 * @param leftOutRows rows of the benchmark's files that could not be read, so that their questions
 *     are not in the counts
 */
public record MethodResult(
    ScoreKey key,
    boolean isOwnProfile,
    QuestionCounts counts,
    List<Metric> metrics,
    List<String> gaps,
    long leftOutRows) {

  public MethodResult {
    metrics = List.copyOf(metrics);
    gaps = List.copyOf(gaps);
  }

  MethodResult withMetrics(List<Metric> others) {
    return new MethodResult(key, isOwnProfile, counts, others, gaps, leftOutRows);
  }

  /** Returns this result as one over files of which {@code rows} rows could not be read. */
  public MethodResult lacking(long rows) {
    return rows == 0
        ? this
        : new MethodResult(
            key,
            isOwnProfile,
            counts,
            metrics.stream().map(one -> one.with(Caveats.leftOut(rows))).toList(),
            gaps,
            rows);
  }
}
