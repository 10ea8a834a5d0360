package io.prumerge.search;

/**
 * The mean cost of one method less that of another.
 *
 * @param error standard error; NaN with fewer than two images
 * @param images number of images
 */
record CostDifference(double delta, double error, long images) {}
