package io.prumerge.store;

import io.prumerge.spark.AddedLater;
import io.prumerge.spark.ColumnNames;
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
 * @param timing {@code alone} or {@code shared}; null in runs of earlier versions, which shared
 * @param msFirstToken wall time until the first token, of a question that was asked alone
 * @param msPerToken wall time of a later token, likewise; null where there is none
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
    String error,
    @AddedLater String timing,
    @AddedLater Double msFirstToken,
    @AddedLater Double msPerToken) {

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
      @ColumnNames("visual_tokens_before") Integer visualBefore,
      @ColumnNames("visual_tokens_after") Integer visualAfter,
      @AddedLater @ColumnNames("visual_tokens_layer_mean") Double visualLayerMean,
      List<Integer> keptIndices,
      @ColumnNames("text_tokens") Integer text,
      @ColumnNames("prompt_tokens") Integer prompt,
      @ColumnNames("generated_tokens") Integer generated) {}

  /**
   * Work, a multiply-accumulate as 2 FLOPs; null where it is unknown.
   *
   * @param executed this answer's share of the work that ran; the others count the question alone
   */
  public record Flops(
      @ColumnNames("flops_vision") Long vision,
      @ColumnNames("flops_reduction") Long reduction,
      @ColumnNames("flops_projector") Long projector,
      @ColumnNames("flops_prefill") Long prefill,
      @ColumnNames("flops_decode") Long decode,
      @ColumnNames("flops_total") Long total,
      @ColumnNames("flops_executed") Long executed) {}

  /**
   * Wall time in milliseconds; null where it is unknown.
   *
   * @param select the part of the reduction that the method's own rule took
   * @param request to an endpoint; null for our own engine
   */
  public record Millis(
      @ColumnNames("ms_preprocess") Double preprocess,
      @ColumnNames("ms_vision") Double vision,
      @ColumnNames("ms_reduction") Double reduction,
      @ColumnNames("ms_select") Double select,
      @ColumnNames("ms_prefill") Double prefill,
      @ColumnNames("ms_decode") Double decode,
      @ColumnNames("ms_request") Double request) {}
}
