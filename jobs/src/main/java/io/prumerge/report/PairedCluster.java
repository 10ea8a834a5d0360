package io.prumerge.report;

import java.util.Map;

/**
 * An image's questions in all results of a run, so that what methods answered about it can be
 * compared; a text-only question is a cluster of its own.
 *
 * @param hash of the image's name
 * @param clusters by result; one that has no question about this image is not there
 */
record PairedCluster(String runId, long hash, Map<ScoreKey, Cluster> clusters) {

  /** What one result got right and wrong of a figure's questions or units about this image. */
  Map<Object, Boolean> outcomes(ScoreKey key, Figure figure, Variant variant) {
    Cluster cluster = clusters.get(key);
    return cluster == null
        ? Map.of()
        : cluster.outcomes(figure.rule().statistic(), figure.scope(), variant);
  }
}
