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
 * @param prefillMillis wall time until the first token, shared passes split by the rows that the
 *     layers had, prefixes equally
 * @param decodeMillis wall time of the later tokens, each step split likewise
 * @param kept visual tokens after each of its group's cuts
 * @param failure why the method failed, where it did
 */
public record Generation(
    int[] ids,
    Finish finish,
    PassWork work,
    double prefillMillis,
    double decodeMillis,
    List<Integer> kept,
    Optional<String> failure) {}
