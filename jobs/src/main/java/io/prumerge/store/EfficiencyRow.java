package io.prumerge.store;

import io.prumerge.spark.AddedLater;
import io.prumerge.spark.ColumnNames;
import io.prumerge.statistics.Interval;
import io.prumerge.statistics.RatioEstimate;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Function;

/**
 * What a method of a run cost on a benchmark; a row of {@link Table#EFFICIENCY}. Figures are over
 * the questions without an error, means if nothing else is said, and empty where no prediction has
 * them.
 *
 * @param n predictions
 * @param nErrors those with an error
 * @param questionsPerBusySecond 1000 / {@code ms_total_mean}: of the time that tasks spend on the
 *     method's stages, one question after the other; not the run's throughput
 * @param roofline minimum times of the mean question alone, by {@code estimate}; null if the
 *     checkpoint is gone, or for IDEFICS without one image a question
 * @param msMedian median time of a question asked alone, or an endpoint's round trip; else null
 * @param msP95 95th percentile, likewise
 * @param speedup geometric mean of {@code none}'s time / the method's over the middle three fifths
 *     of the images; null as above, without {@code none}, and for several hosts or devices
 * @param speedupInterval its 95 % interval: BCa bootstrap over images, 2,000 replicates; null with
 *     fewer than five images
 * @param nVisualTokens questions that the visual tokens are over: fewer than {@code n - n_errors}
 *     where a server counts some answers only
 * @param nPromptTokens likewise, of {@code prompt_tokens_mean}
 * @param nGeneratedTokens likewise, of {@code generated_tokens_mean}
 * @param requestMedian median of {@code ms_request}; null but for an endpoint
 * @param requestP95 95th percentile, likewise
 * @param promptTokensSum over the questions that {@code prompt_tokens_mean} is over: answers from a
 *     cache count, tries that failed do not
 * @param visualTokensSum likewise
 * @param generatedTokensSum likewise
 * @param nRequests questions that were sent to an endpoint, each once; null without an endpoint,
 *     and for predictions of earlier versions
 * @param nTries how often they were, all together, likewise
 * @param protocol which frames of the videos were seen, as in {@code predictions}; else null
 */
public record EfficiencyRow(
    String runId,
    String model,
    String benchmark,
    String split,
    String method,
    long n,
    long nErrors,
    VisualTokens visualTokens,
    @ColumnNames("text_tokens_mean") OptionalDouble textTokens,
    @ColumnNames("prompt_tokens_mean") OptionalDouble promptTokens,
    @ColumnNames("generated_tokens_mean") OptionalDouble generatedTokens,
    Flops flops,
    @ColumnNames("kv_cache_bytes_mean") OptionalDouble kvCacheBytes,
    Millis millis,
    OptionalDouble questionsPerBusySecond,
    Optional<List<RooflineRow>> roofline,
    @AddedLater @ColumnNames("ms_p50") OptionalDouble msMedian,
    @AddedLater @ColumnNames("ms_p95") OptionalDouble msP95,
    @AddedLater OptionalDouble speedup,
    @AddedLater @ColumnNames({"speedup_ci_low", "speedup_ci_high"})
        Optional<Interval> speedupInterval,
    @AddedLater Optional<Long> nVisualTokens,
    @AddedLater Optional<Long> nPromptTokens,
    @AddedLater Optional<Long> nGeneratedTokens,
    @AddedLater @ColumnNames("ms_request_p50") OptionalDouble requestMedian,
    @AddedLater @ColumnNames("ms_request_p95") OptionalDouble requestP95,
    @AddedLater Optional<Long> promptTokensSum,
    @AddedLater @ColumnNames("visual_tokens_after_sum") Optional<Long> visualTokensSum,
    @AddedLater Optional<Long> generatedTokensSum,
    @AddedLater Optional<Long> nRequests,
    @AddedLater Optional<Long> nTries,
    @AddedLater Optional<String> protocol) {

  /** Returns whether its questions were asked alone. */
  public boolean isTimedAlone() {
    return msMedian.isPresent();
  }

  /** Returns whether an endpoint answered. */
  public boolean isOfServer() {
    return millis.request().isPresent() || nRequests.isPresent();
  }

  /** Returns whether the tokens of some of its answers only are known. */
  public boolean isCountedInPart() {
    return nVisualTokens.filter(counted -> counted < n - nErrors).isPresent();
  }

  /**
   * Returns a method's mean over benchmarks of a figure of visual tokens; empty if some of its
   * answers are not counted: that would be over other questions than other methods' figures.
   *
   * @param rows of one method
   */
  public static OptionalDouble meanTokens(
      List<EfficiencyRow> rows, Function<VisualTokens, OptionalDouble> figure) {
    return rows.stream().anyMatch(EfficiencyRow::isCountedInPart)
        ? OptionalDouble.empty()
        : rows.stream()
            .map(row -> figure.apply(row.visualTokens))
            .filter(OptionalDouble::isPresent)
            .mapToDouble(OptionalDouble::getAsDouble)
            .average();
  }

  /** Returns this row with how much faster it is than {@code none}. */
  public EfficiencyRow withSpeedup(RatioEstimate ratio) {
    return with(roofline, OptionalDouble.of(ratio.value()), ratio.interval());
  }

  /** Returns this row with minimum times. */
  public EfficiencyRow withRoofline(List<RooflineRow> times) {
    return with(Optional.of(times), speedup, speedupInterval);
  }

  private EfficiencyRow with(
      Optional<List<RooflineRow>> times, OptionalDouble faster, Optional<Interval> interval) {
    return new EfficiencyRow(
        runId,
        model,
        benchmark,
        split,
        method,
        n,
        nErrors,
        visualTokens,
        textTokens,
        promptTokens,
        generatedTokens,
        flops,
        kvCacheBytes,
        millis,
        questionsPerBusySecond,
        times,
        msMedian,
        msP95,
        faster,
        interval,
        nVisualTokens,
        nPromptTokens,
        nGeneratedTokens,
        requestMedian,
        requestP95,
        promptTokensSum,
        visualTokensSum,
        generatedTokensSum,
        nRequests,
        nTries,
        protocol);
  }

  /** Work of a question computed alone. */
  public record Flops(
      @ColumnNames("flops_vision_mean") OptionalDouble vision,
      @ColumnNames("flops_reduction_mean") OptionalDouble reduction,
      @ColumnNames("flops_projector_mean") OptionalDouble projector,
      @ColumnNames("flops_prefill_mean") OptionalDouble prefill,
      @ColumnNames("flops_decode_mean") OptionalDouble decode,
      @ColumnNames("flops_total_mean") OptionalDouble total,
      @ColumnNames("flops_executed_mean") OptionalDouble executed) {}

  /**
   * Wall time in milliseconds.
   *
   * @param total of all stages, without {@code ms_select} (a part) and {@code ms_request}
   */
  public record Millis(
      @ColumnNames("ms_preprocess_mean") OptionalDouble preprocess,
      @ColumnNames("ms_vision_mean") OptionalDouble vision,
      @ColumnNames("ms_reduction_mean") OptionalDouble reduction,
      @ColumnNames("ms_select_mean") OptionalDouble select,
      @ColumnNames("ms_prefill_mean") OptionalDouble prefill,
      @ColumnNames("ms_decode_mean") OptionalDouble decode,
      @ColumnNames("ms_request_mean") OptionalDouble request,
      @ColumnNames("ms_total_mean") OptionalDouble total) {}
}
