package io.prumerge.store;

import io.prumerge.spark.AddedLater;
import io.prumerge.spark.RecordColumns.Named;
import java.util.List;

/**
 * An answer of a model under a method; a row of {@link Table#PREDICTIONS}. With an error there is
 * no answer, no count and no cost of the question's own.
 *
 * @param dtype resolved arithmetic
 * @param methodSized the method with the size that its budget gave it; null if it has its own
 * @param finishReason {@code eos}, {@code length} or {@code letter}
 * @param kvCacheBytes positions in the cache at the end that the answer sees
 * @param device in use
 * @param assignedDevice that Spark assigned; null without one
 * @param error {@code kind: message}, or null
 */
public record PredictionRow(
    String runId,
    String model,
    String dtype,
    String benchmark,
    String split,
    String method,
    String methodSized,
    String imageId,
    String imageSha256,
    String questionId,
    String category,
    String prompt,
    String promptSha256,
    String answer,
    String finishReason,
    Tokens tokens,
    Flops flops,
    Long kvCacheBytes,
    Millis millis,
    String device,
    String assignedDevice,
    String host,
    String error) {

  /**
   * Numbers of tokens; null where they are unknown.
   *
   * @param grid rows and columns of visual tokens before any reduction, where images keep their own
   *     size
   * @param visualBefore before any reduction
   * @param visualAfter that the language model receives
   * @param visualLayerMean in a decoder layer, mean over the layers
   * @param keptIndices patches in the order fed; null if none was dropped
   * @param text of the prompt that are not visual
   * @param prompt all of the prompt
   * @param generated with the end of the sequence
   */
  public record Tokens(
      @AddedLater String grid,
      @Named("visual_tokens_before") Integer visualBefore,
      @Named("visual_tokens_after") Integer visualAfter,
      @AddedLater @Named("visual_tokens_layer_mean") Double visualLayerMean,
      List<Integer> keptIndices,
      @Named("text_tokens") Integer text,
      @Named("prompt_tokens") Integer prompt,
      @Named("generated_tokens") Integer generated) {}

  /**
   * Work, a multiply-accumulate as 2 FLOPs; null where it is unknown.
   *
   * @param executed this answer's share of the work that ran; the others count the question alone
   */
  public record Flops(
      @Named("flops_vision") Long vision,
      @Named("flops_reduction") Long reduction,
      @Named("flops_projector") Long projector,
      @Named("flops_prefill") Long prefill,
      @Named("flops_decode") Long decode,
      @Named("flops_total") Long total,
      @Named("flops_executed") Long executed) {}

  /**
   * Wall time in milliseconds; null where it is unknown.
   *
   * @param select the part of the reduction that the method's own rule took
   * @param request to an endpoint; null for our own engine
   */
  public record Millis(
      @Named("ms_preprocess") Double preprocess,
      @Named("ms_vision") Double vision,
      @Named("ms_reduction") Double reduction,
      @Named("ms_select") Double select,
      @Named("ms_prefill") Double prefill,
      @Named("ms_decode") Double decode,
      @Named("ms_request") Double request) {}
}
