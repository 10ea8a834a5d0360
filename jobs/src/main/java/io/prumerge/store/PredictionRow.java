package io.prumerge.store;

import io.prumerge.spark.AddedLater;
import io.prumerge.spark.ColumnNames;
import java.util.List;

/**
 * An answer of a model under a method; a row of {@link Table#PREDICTIONS}. With an error there is
 * no answer, no count and no cost of the question's own.
 *
 * @param runId the run's own
 * @param model the folder's name; of BASE+ADAPTER both, or the adapter's where it begins with the
 *     base's; or the name at the endpoint
 * @param dtype as resolved: {@code fp32}, {@code bf16} or {@code fp16}; with int8 {@code bf16+int8}
 *     and alike
 * @param method with its keys, as the run names it
 * @param methodSized the method as its budget sized it for this image: {@code fastv:tokens=37} for
 *     {@code fastv:flops=@prumerge}; else null
 * @param promptSha256 of the prompt
 * @param answer generated text, stripped; or a letter
 * @param finishReason {@code eos}, {@code length}, or {@code letter} where the letters' logits
 *     chose ({@code --answer-by letter-logits})
 * @param kvCacheBytes cached positions that the answer sees at its end, in the run's dtype
 * @param device in use
 * @param assignedDevice that Spark assigned; null without one
 * @param host the executor's
 * @param error null, or {@code kind: message}
 * @param timing {@code alone} or {@code shared} ({@code --timing}); null: shared
 * @param msFirstToken {@code ms_preprocess} to {@code ms_prefill} of a question asked alone; else
 *     null, as with {@code --timing-batch} above 1
 * @param msPerToken {@code ms_decode} of such a question / its later tokens; null without any
 * @param tries how often the question was sent to an endpoint; 0 if it was not: its pictures or
 *     words cannot be, or its answer is from a cache; null without an endpoint
 * @param protocol which frames of the video were seen, as in {@code lmms-eval:8}: the rule and the
 *     number of frames; null without a video
 * @param video its name, whatever part of it the question is about; null without a video, and if it
 *     is not known
 * @param loggedScore 0 to 1, what the evaluator of another tool gave the answer, as its file says;
 *     null for answers of this program, and where the file does not say
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
    @AddedLater Double msPerToken,
    @AddedLater Integer tries,
    @AddedLater String protocol,
    @AddedLater String video,
    @AddedLater Double loggedScore) {

  /**
   * Numbers of tokens; null where they are unknown.
   *
   * @param grid rows x columns of tokens before reduction, {@code 24x36}, of several images {@code
   *     24x36+12x12}, under {@code resize} of the smaller one; null where images do not keep their
   *     size
   * @param visualBefore patches, a Q-Former's queries or a resampler's latents, before any
   *     reduction
   * @param visualAfter those that the language model receives, summary token included
   * @param visualLayerMean those in a decoder layer, mean over layers
   * @param keptIndices patches in the order fed, numbered on over tiles and further images, without
   *     the summary token; null if nothing was dropped; empty for a smaller picture
   * @param text prompt tokens that are not visual
   * @param prompt {@code text_tokens} + {@code visual_tokens_after}, or as an endpoint counts
   * @param generated end-of-sequence token included
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
   * @param vision the tower, as deep as features need, over the positions left in it
   * @param reduction scoring, selection, merging; evidence and rules of cuts inside tower or
   *     decoder
   * @param projector the projector, for the tokens that reach it
   * @param prefill the decoder up to the first token
   * @param decode the decoder for the other tokens
   * @param total the sum of these
   * @param executed this row's share of the work that ran; they sum to exactly that work
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
   * @param preprocess wall time of the row's own lane; shared work is divided among its rows, a
   *     decoder pass by rows in its layers, so that a cut is charged for what it leaves
   * @param vision likewise, of the tower
   * @param reduction likewise
   * @param select part of {@code ms_reduction}: the method's rule, without its evidence and the
   *     connector. Methods inside the tower choose within {@code ms_vision}, inside the decoder
   *     within {@code ms_prefill}
   * @param prefill wall time, as {@code ms_preprocess}
   * @param decode likewise
   * @param request wall time of an endpoint's answer, network and queue included; else null
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
