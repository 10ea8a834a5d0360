package io.prumerge.model.decoding;

/** The reason why an answer ended. */
public enum Finish {
  /** An end-of-sequence token. */
  EOS,
  /** The token limit. */
  LENGTH,
  /** One of the letters that it was chosen among: the whole answer. */
  LETTER,
  /** Logits that were no numbers: there is no answer. */
  NOT_FINITE,
  /**
   * A device whose memory does not hold this question alone: the ids are a beginning, and no
   * answer.
   */
  OUT_OF_MEMORY,
  /** A cut inside the decoder that failed: there is no answer. */
  REDUCTION_FAILED,
  /** The request was cancelled: there is no answer. */
  ABANDONED
}
