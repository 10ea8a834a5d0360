package io.prumerge.view;

import io.prumerge.metric.tally.MethodKey;
import java.util.Optional;

/**
 * An answer that a question has.
 *
 * @param method whose; empty: that of any method
 * @param error {@code any}, {@code none}, or a kind of error
 * @param least visual tokens
 * @param most visual tokens
 */
record AnswerFilter(
    Optional<MethodKey> method,
    Optional<AnswerResult> result,
    Optional<String> error,
    Optional<Double> least,
    Optional<Double> most) {}
