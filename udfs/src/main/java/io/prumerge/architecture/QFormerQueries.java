package io.prumerge.architecture;

/**
 * The learned queries.
 *
 * @param count Q
 * @param frequency of the layers in which they attend to the features: the first one, and each so
 *     many later
 */
public record QFormerQueries(int count, int frequency) {}
