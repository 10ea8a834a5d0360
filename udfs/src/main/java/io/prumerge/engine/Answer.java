package io.prumerge.engine;

import io.prumerge.cost.QuestionCost;

/**
 * One question's answer under one method, with its cost.
 *
 * @param question index into the request's questions
 * @param method canonical method spelling
 * @param methodSized the method as its budget sized it for this image, such as {@code
 *     fastv:tokens=37} for {@code fastv:flops=@prumerge}; null for a method whose size is its own,
 *     and with an error
 * @param text generated text, stripped, or a letter; null with an error
 * @param finishReason {@code eos} or {@code length}; {@code letter} where the text is the letter
 *     that was chosen among the question's; null with an error
 * @param tokens how many went in and came out; zeros with an error
 * @param work what the answer took; nothing with an error
 * @param error null when fine; else {@code kind: message}
 */
public record Answer(
    int question,
    String method,
    String methodSized,
    String text,
    String finishReason,
    Tokens tokens,
    Work work,
    String error) {

  /** Returns a question without an answer: everything measured is zero. */
  static Answer failed(int question, String method, String error) {
    return new Answer(question, method, null, null, null, Tokens.NONE, Work.NONE, error);
  }

  /**
   * Tokens of a question and its answer.
   *
   * @param grid of the tokens that images give before any reduction, {@code ROWSxCOLS}, joined by
   *     {@code +}; null where images do not keep their own size
   * @param visualBefore visual tokens before any reduction, 0 without an image
   * @param visualAfter visual tokens that the language model receives, summary token included
   * @param visualLayerMean visual tokens in a decoder layer, mean over the layers: less than {@code
   *     visualAfter} where a method drops some inside the decoder
   * @param keptIndices patch positions in the order fed, summary excluded; null when nothing
   *     dropped
   * @param text all prompt tokens that are not visual
   * @param generated eos included
   */
  public record Tokens(
      String grid,
      int visualBefore,
      int visualAfter,
      double visualLayerMean,
      int[] keptIndices,
      int text,
      int generated) {

    /** Nothing was read or written. */
    static final Tokens NONE = new Tokens(null, 0, 0, 0, null, 0, 0);
  }

  /**
   * What an answer took.
   *
   * @param cost FLOPs of this question alone, by stage; null with an error
   * @param flopsExecuted FLOPs that ran for it, shared work split equally among those that share it
   * @param kvCacheBytes positions in cache at the end x bytes of the dtype
   * @param millis wall time by stage, shared stages split likewise
   */
  public record Work(QuestionCost cost, long flopsExecuted, long kvCacheBytes, StageMillis millis) {

    /** Nothing ran. */
    static final Work NONE = new Work(null, 0, 0, StageMillis.NONE);
  }

  /**
   * Wall time of each stage in milliseconds.
   *
   * @param reduction scoring, selection, merging and the connector
   * @param select the part of {@code reduction} that the method's own rule took: without evidence
   *     that it asked for and without the connector. Methods inside the tower choose in {@code
   *     vision}, methods inside the decoder in {@code prefill}
   */
  public record StageMillis(
      double preprocess,
      double vision,
      double reduction,
      double select,
      double prefill,
      double decode) {

    /** Nothing ran. */
    static final StageMillis NONE = new StageMillis(0, 0, 0, 0, 0, 0);
  }
}
