package io.prumerge.metric;

import io.prumerge.spark.AddedLater;
import io.prumerge.spark.ColumnNames;
import io.prumerge.store.Table;
import java.util.Optional;

/**
 * The difference of one figure between two methods; a row of {@link #TABLE}.
 *
 * @param benchmark {@code all} for a retention
 * @param split {@code all} for a retention
 * @param metric a headline figure, or {@code retention}
 * @param a {@code METHOD}; of several runs {@code MODEL METHOD}, or {@code FOLDER METHOD} where
 *     they have one model, {@code PROTOCOL METHOD} where they saw other frames of the videos
 * @param b the one that it is compared with, likewise
 * @param comparison with the test corrected for all contrasts of the report that were asked for, or
 *     for all others; a retention over one benchmark is its headline's test, which counts once and
 *     gives {@code p_adjusted}, of a method and the baseline the one in {@code report/metrics}
 * @param questions the questions that each answered
 * @param caveat says if the two answered different questions, of which it is over the shared; else
 *     null
 * @param withinNoise whether the size of {@code delta} is at most the larger {@code value_spread}
 *     of the two in {@code report/noise}; null for {@code retention}, and if one was not asked
 *     again
 * @param asked whether {@code --contrast} named the pair
 * @param protocolA which frames of the videos {@code a} saw, as in {@code predictions}; else null
 * @param protocolB the same of {@code b}
 * @param clusters images that the difference is over; of videos the videos
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
    @AddedLater Optional<Boolean> withinNoise,
    @AddedLater Optional<Boolean> asked,
    @AddedLater Optional<String> protocolA,
    @AddedLater Optional<String> protocolB,
    @AddedLater @ColumnNames("n_clusters") Optional<Long> clusters) {

  /**
   * One row per pair of methods and headline figure, and one of their retentions, as percent of the
   * baseline in the run of {@code b}.
   */
  public static final Table<ContrastResult> TABLE = Table.of("contrasts", ContrastResult.class);

  /** Replaces a benchmark's name. */
  public static final String ALL = "all";

  /** Both as percent of the headlines of the baseline of {@code b}'s run, averaged. */
  public static final String RETENTION = "retention";

  /** Returns whether {@code --contrast} named the pair; false if that is not known. */
  public boolean isAsked() {
    return asked.orElse(false);
  }

  /** Returns whether it is over all benchmarks. */
  public boolean isRetention() {
    return metric.equals(RETENTION);
  }

  ContrastResult withAdjusted(double pValue) {
    return with(comparison.withAdjusted(pValue), withinNoise);
  }

  /** Returns this row with what is known of its noise. */
  public ContrastResult withNoise(Optional<Boolean> within) {
    return with(comparison, within);
  }

  private ContrastResult with(Comparison compared, Optional<Boolean> within) {
    return new ContrastResult(
        benchmark, split, metric, a, b, compared, questions, caveat, within, asked, protocolA,
        protocolB, clusters);
  }
}
