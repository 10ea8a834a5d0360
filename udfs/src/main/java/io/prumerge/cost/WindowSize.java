package io.prumerge.cost;

/**
 * Windows of one size in a view.
 *
 * @param count how many there are
 * @param positions of each, which attend to each other
 */
public record WindowSize(long count, long positions) {}
