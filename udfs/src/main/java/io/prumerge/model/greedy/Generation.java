package io.prumerge.model.greedy;

import io.prumerge.model.decoder.PassWork;
import java.util.List;
import java.util.Optional;

/**
 * The generated ids of one question, and the work for it.
 *
 * @param ids new token ids, eos included where it ended the answer
 * @param finish why it ended
 * @param work the work that ran for this question
 * @param prefillMillis wall time until the first token, shared passes split by rows, prefixes
 *     equally
 * @param decodeMillis wall time of the later tokens, each step split by its rows
 * @param kept visual tokens behind each of its group's cuts
 * @param failure why the method failed, where it did
 */
public record Generation(
    int[] ids,
    Finish finish,
    PassWork work,
    double prefillMillis,
    double decodeMillis,
    List<Integer> kept,
    Optional<String> failure) {

  /** The reason why an answer ended. */
  public enum Finish {
    /** An end-of-sequence token. */
    EOS,
    /** The token limit. */
    LENGTH,
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
}
