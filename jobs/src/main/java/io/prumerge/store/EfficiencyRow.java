package io.prumerge.store;

import io.prumerge.spark.RecordColumns.Named;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * What a method of a run cost on a benchmark; a row of {@link Table#EFFICIENCY}. Figures are over
 * the questions without an error, means if nothing else is said, and empty where no prediction has
 * them.
 *
 * @param n predictions
 * @param nErrors those with an error
 * @param textTokens of the prompt that are not visual
 * @param promptTokens all of the prompt
 * @param questionsPerBusySecond of the time that tasks spend on the method's stages, one question
 *     after the other; not the throughput of a run
 * @param roofline minimum times of the mean question on other hardware; empty if the model's
 *     dimensions are unknown
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
    @Named("text_tokens_mean") OptionalDouble textTokens,
    @Named("prompt_tokens_mean") OptionalDouble promptTokens,
    @Named("generated_tokens_mean") OptionalDouble generatedTokens,
    Flops flops,
    @Named("kv_cache_bytes_mean") OptionalDouble kvCacheBytes,
    Millis millis,
    OptionalDouble questionsPerBusySecond,
    Optional<List<RooflineRow>> roofline) {

  /** Returns this row with minimum times. */
  public EfficiencyRow withRoofline(List<RooflineRow> times) {
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
        Optional.of(times));
  }

  /**
   * Work of a question computed alone.
   *
   * @param executed its share of the work that ran
   */
  public record Flops(
      @Named("flops_vision_mean") OptionalDouble vision,
      @Named("flops_reduction_mean") OptionalDouble reduction,
      @Named("flops_projector_mean") OptionalDouble projector,
      @Named("flops_prefill_mean") OptionalDouble prefill,
      @Named("flops_decode_mean") OptionalDouble decode,
      @Named("flops_total_mean") OptionalDouble total,
      @Named("flops_executed_mean") OptionalDouble executed) {}

  /**
   * Wall time in milliseconds.
   *
   * @param select the part of the reduction that the method's own rule took
   * @param request to an endpoint, which is no part of the total
   */
  public record Millis(
      @Named("ms_preprocess_mean") OptionalDouble preprocess,
      @Named("ms_vision_mean") OptionalDouble vision,
      @Named("ms_reduction_mean") OptionalDouble reduction,
      @Named("ms_select_mean") OptionalDouble select,
      @Named("ms_prefill_mean") OptionalDouble prefill,
      @Named("ms_decode_mean") OptionalDouble decode,
      @Named("ms_request_mean") OptionalDouble request,
      @Named("ms_total_mean") OptionalDouble total) {}
}
