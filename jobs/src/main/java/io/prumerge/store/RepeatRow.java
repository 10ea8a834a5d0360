package io.prumerge.store;

import io.prumerge.spark.AddedLater;
import java.util.OptionalDouble;

/**
 * An answer to a question that was asked again; a row of {@link Table#REPEATS}.
 *
 * @param repeat from 1; the run itself is in {@code predictions} and {@code scores}
 * @param answer null for an error
 * @param score the benchmark's own profile's; null for an error, and where a judge scores
 * @param margin logit of the answer's first token less the next likeliest one's, in fp32, as greedy
 *     decoding takes them (penalty, no early end); null for an error, chosen letters, endpoints,
 *     earlier versions
 */
public record RepeatRow(
    String runId,
    String model,
    String benchmark,
    String split,
    String method,
    String questionId,
    int repeat,
    String answer,
    OptionalDouble score,
    @AddedLater OptionalDouble margin) {}
