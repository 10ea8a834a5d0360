package io.prumerge.metric.tally;

import java.util.Map;

/**
 * An image's questions in all results of all runs, so that what methods answered about it can be
 * compared; a text-only question is a cluster of its own.
 *
 * @param hash of the image
 * @param several whether a question is about several images
 * @param clusters by result, for results with a question about this image
 */
public record PairedCluster(long hash, boolean several, Map<ScoreKey, Cluster> clusters) {}
