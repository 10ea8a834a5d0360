package io.prumerge.plan;

/**
 * How dense the chosen frames of some videos are.
 *
 * @param frames of each video
 * @param fps frames per second of the chosen ones, above 0
 * @param assumed whether {@code fps} follows from an assumption
 * @param videos that have these
 */
record ChosenRate(int frames, double fps, boolean assumed, long videos) {}
