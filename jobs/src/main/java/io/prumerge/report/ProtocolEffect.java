package io.prumerge.report;

import io.prumerge.metric.Comparison;
import io.prumerge.metric.tally.MethodKey;
import io.prumerge.spark.ColumnNames;
import io.prumerge.store.Table;
import java.util.OptionalDouble;

/**
 * How far one choice moves the headline figure of a benchmark of videos: frames, their number, both
 * or a method; a row of {@link #TABLE}.
 *
 * @param profile the benchmark's own
 * @param metric the headline figure
 * @param kind {@code frames}: another rule that chooses as many frames; {@code protocol}: any other
 *     two protocols; {@code number}: half as many frames, by a protocol or the control {@code
 *     frames=N}; {@code method}: a method; all four with the baseline as {@code b}, the first three
 *     as both; {@code control}: a method less {@code frames=N} with as many tokens, at most a tenth
 *     more or fewer
 * @param runA run of {@code a}
 * @param protocolA which frames it saw
 * @param methodA its method
 * @param tokensA mean of its {@code visual_tokens_layer_mean}; null where it is unknown
 * @param runB run of {@code b}
 * @param protocolB which frames it saw
 * @param methodB its method
 * @param tokensB as {@code visual_tokens_a}
 * @param comparison {@code a} less {@code b}, paired by question and clustered by video; {@code
 *     p_adjusted} is that of {@code report/contrasts}, of a method that of {@code report/metrics}
 * @param questions that both answered, errors included
 * @param errorsA questions of {@code a} on the benchmark with an error, counted as wrong: among
 *     them those whose frames its protocol cannot choose
 * @param errorsB the same of {@code b}
 * @param videos that the difference is over
 */
public record ProtocolEffect(
    String model,
    String benchmark,
    String split,
    String profile,
    String metric,
    EffectKind kind,
    @ColumnNames("run_id_a") String runA,
    String protocolA,
    String methodA,
    @ColumnNames("visual_tokens_a") OptionalDouble tokensA,
    @ColumnNames("run_id_b") String runB,
    String protocolB,
    String methodB,
    @ColumnNames("visual_tokens_b") OptionalDouble tokensB,
    Comparison comparison,
    @ColumnNames("n_questions") long questions,
    @ColumnNames("n_errors_a") long errorsA,
    @ColumnNames("n_errors_b") long errorsB,
    @ColumnNames("n_videos") long videos) {

  /**
   * One row per benchmark, split and effect of the choice of frames, of their number, of any other
   * two protocols, and of each method under each protocol; without videos there is no such table.
   */
  public static final Table<ProtocolEffect> TABLE = Table.of("protocols", ProtocolEffect.class);

  /** Returns the first result's method and its run. */
  public MethodKey a() {
    return new MethodKey(runA, model, methodA);
  }

  /** Returns the method and the run that it is compared with. */
  public MethodKey b() {
    return new MethodKey(runB, model, methodB);
  }

  /** Returns whether one of the two has more errors, so that these are part of the difference. */
  public boolean hasErrorsOfOne() {
    return errorsA != errorsB;
  }

  /** Returns whether 0 lies inside the interval, or there is none. */
  public boolean mayBeNone() {
    return comparison
        .interval()
        .map(interval -> interval.low() <= 0 && interval.high() >= 0)
        .orElse(true);
  }
}
