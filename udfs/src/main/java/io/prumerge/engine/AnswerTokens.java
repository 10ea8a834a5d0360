package io.prumerge.engine;

/**
 * Tokens of a question and its answer.
 *
 * @param grid of the tokens that images give before any reduction, {@code ROWSxCOLS}, joined by
 *     {@code +}; null where images do not keep their own size
 * @param visualBefore visual tokens before any reduction, 0 without an image
 * @param visualAfter visual tokens that the language model receives, summary token included
 * @param visualLayerMean visual tokens in a decoder layer, mean over the layers: less than {@code
 *     visualAfter} where a method drops some inside the decoder
 * @param keptIndices patch positions in the order fed, summary excluded; null when nothing dropped
 * @param text all prompt tokens that are not visual
 * @param generated eos included
 */
public record AnswerTokens(
    String grid,
    int visualBefore,
    int visualAfter,
    double visualLayerMean,
    int[] keptIndices,
    int text,
    int generated) {

  /** Nothing was read or written. */
  static final AnswerTokens NONE = new AnswerTokens(null, 0, 0, 0, null, 0, 0);
}
