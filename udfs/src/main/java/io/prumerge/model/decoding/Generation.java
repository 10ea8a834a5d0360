package io.prumerge.model.decoding;

import io.prumerge.model.decoder.PassWork;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

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
 * @param margin how far the first token's logit, as it was chosen by, is above the next one's, in
 *     fp32; empty where it was not wanted, where a letter was chosen, and where no other token
 *     could come
 * @param failure why the method failed, where it did
 */
public record Generation(
    int[] ids,
    Finish finish,
    PassWork work,
    double prefillMillis,
    double decodeMillis,
    List<Integer> kept,
    OptionalDouble margin,
    Optional<String> failure) {}
