package io.prumerge.metric;

import java.util.Map;

/**
 * An image's questions in all results of all runs, so that what methods answered about it can be
 * compared; a text-only question is a cluster of its own.
 *
 * @param hash of the image's name
 * @param clusters by result; one that has no question about this image is not there
 */
record PairedCluster(long hash, Map<ScoreKey, Cluster> clusters) {}
