package io.prumerge.store;

import io.prumerge.spark.AddedLater;
import java.util.OptionalDouble;

/**
 * An answer to a question that was asked again; a row of {@link Table#REPEATS}.
 *
 * @param repeat number of the repeat, from 1
 * @param answer null with an error
 * @param score under the benchmark's own profile, as in {@link Table#SCORES}; absent without one
 * @param margin how far the logit of the answer's first token, as greedy decoding chose by it, is
 *     above that of the next likeliest token, in fp32; absent for an error, for a letter that is
 *     chosen by its logit, behind an endpoint, and in repeats of earlier versions
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
