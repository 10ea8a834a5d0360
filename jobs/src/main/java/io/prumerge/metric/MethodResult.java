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
 * @param ofFiles messages about what the benchmark's files have that is not in the counts
 */
public record MethodResult(
    ScoreKey key,
    boolean isOwnProfile,
    QuestionCounts counts,
    List<Metric> metrics,
    List<String> gaps,
    List<String> ofFiles) {

  public MethodResult {
    metrics = List.copyOf(metrics);
    gaps = List.copyOf(gaps);
    ofFiles = List.copyOf(ofFiles);
  }

  MethodResult withMetrics(List<Metric> others) {
    return new MethodResult(key, isOwnProfile, counts, others, gaps, ofFiles);
  }

  /** Returns this result with messages about the benchmark's files, which all its figures have. */
  public MethodResult ofFiles(List<String> messages) {
    if (messages.isEmpty()) {
      return this;
    }
    String caveat = String.join("; ", messages);
    return new MethodResult(
        key,
        isOwnProfile,
        counts,
        metrics.stream().map(one -> one.with(caveat)).toList(),
        gaps,
        messages);
  }
}
