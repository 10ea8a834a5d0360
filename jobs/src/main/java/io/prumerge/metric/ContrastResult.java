package io.prumerge.metric;

import io.prumerge.spark.AddedLater;
import io.prumerge.store.Table;
import java.util.Optional;

/**
 * The difference of one figure between two methods; a row of {@link #TABLE}.
 *
 * @param benchmark {@link #ALL} for a retention
 * @param split likewise
 * @param metric the headline's name, or {@link #RETENTION}
 * @param a the method's name in the report
 * @param b the name of the method that it is compared with
 * @param comparison with the test corrected for all contrasts of the report
 * @param questions the questions that each answered; the figures of two runs are over those that
 *     both answered
 * @param caveat says so if the two methods answered different questions; empty if they answered the
 *     same
 * @param withinNoise whether the difference is at most what asking the same questions again changes
 *     one of the two figures by; absent where they were not asked again
 */
public record ContrastResult(
    String benchmark,
    String split,
    String metric,
    String a,
    String b,
    Comparison comparison,
    ContrastQuestions questions,
    Optional<String> caveat,
    @AddedLater Optional<Boolean> withinNoise) {

  /** One row per compared pair of methods and headline, and one per pair for retention. */
  public static final Table<ContrastResult> TABLE = Table.of("contrasts", ContrastResult.class);

  /** Replaces a benchmark's name. */
  public static final String ALL = "all";

  /** Both as percent of the headlines of the baseline of {@code b}'s run, averaged. */
  public static final String RETENTION = "retention";

  /** Returns whether it is over all benchmarks. */
  public boolean isRetention() {
    return metric.equals(RETENTION);
  }

  /**
   * Returns this row, over shared questions.
   *
   * @param whole the questions that each run answered
   */
  ContrastResult onShared(ContrastQuestions whole) {
    return new ContrastResult(
        benchmark, split, metric, a, b, comparison, whole, whole.sharedCaveat(), withinNoise);
  }

  ContrastResult withAdjusted(double pValue) {
    return with(comparison.withAdjusted(pValue), withinNoise);
  }

  /** Returns this row with what is known of its noise. */
  public ContrastResult withNoise(Optional<Boolean> within) {
    return with(comparison, within);
  }

  private ContrastResult with(Comparison compared, Optional<Boolean> within) {
    return new ContrastResult(benchmark, split, metric, a, b, compared, questions, caveat, within);
  }
}
