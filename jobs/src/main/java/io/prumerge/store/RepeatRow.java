package io.prumerge.store;

import java.util.OptionalDouble;

/**
 * An answer to a question that was asked again; a row of {@link Table#REPEATS}.
 *
 * @param repeat number of the repeat, from 1
 * @param answer null with an error
 * @param score under the benchmark's own profile, as in {@link Table#SCORES}; absent without one
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
    OptionalDouble score) {}
