package io.prumerge.plan;

/**
 * How many rows of a benchmark's files {@code prepare} left out because they could not be read.
 *
 * @param rows at least 1
 */
public record LeftOut(String benchmark, String split, long rows) {}
