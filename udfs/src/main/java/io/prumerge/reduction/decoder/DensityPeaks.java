package io.prumerge.reduction.decoder;

import io.prumerge.reduction.Ranking;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * SparseVLM's clusters of dropped tokens ({@code cluster_and_merge} in its {@code utils.py}).
 *
 * <p>Distances are Euclidean, divided by the root of the width. A token's density is exp(-mean of
 * the k smallest squared distances), itself included, for k clusters. The centres are the k tokens
 * with the largest product of density and distance to the nearest denser token (the largest
 * distance of all where there is none). Every token joins the nearest centre, and weighs 1 / (size
 * + 1e-6).
 *
 * <p>Deviation: the authors add random noise of 1e-6 to the densities, so that none are equal. Here
 * the first of equal ones counts as denser.
 *
 * @param cluster of each token, from 0 on in the order of the centres' scores
 * @param sizes tokens of each cluster
 */
record DensityPeaks(int[] cluster, int[] sizes) {

  private static final double EPSILON = 1e-6;

  /**
   * Clusters rows.
   *
   * @param rows indices into the values, at least as many as clusters
   * @param values row-major
   */
  static DensityPeaks of(int[] rows, float[] values, int width, int clusters) {
    int count = rows.length;
    double[][] distances = new double[count][count];
    double farthest = 0;
    for (int a = 0; a < count; a++) {
      for (int b = 0; b < a; b++) {
        double distance = distance(values, rows[a] * width, rows[b] * width, width);
        distances[a][b] = distance;
        distances[b][a] = distance;
        farthest = Math.max(farthest, distance);
      }
    }
    double[] density = new double[count];
    for (int row = 0; row < count; row++) {
      density[row] =
          Math.exp(
              -Arrays.stream(distances[row])
                  .sorted()
                  .limit(clusters)
                  .map(near -> near * near)
                  .average()
                  .orElseThrow());
    }
    double[] scores = new double[count];
    for (int row = 0; row < count; row++) {
      double nearest = farthest;
      for (int other = 0; other < count; other++) {
        boolean denser =
            density[other] > density[row] || density[other] == density[row] && other < row;
        if (denser) {
          nearest = Math.min(nearest, distances[row][other]);
        }
      }
      scores[row] = nearest * density[row];
    }
    return assigned(distances, Ranking.top(count, clusters, row -> scores[row]));
  }

  private static DensityPeaks assigned(double[][] distances, int[] centres) {
    int[] cluster = new int[distances.length];
    for (int row = 0; row < cluster.length; row++) {
      for (int c = 1; c < centres.length; c++) {
        if (distances[row][centres[c]] < distances[row][centres[cluster[row]]]) {
          cluster[row] = c;
        }
      }
    }
    for (int c = 0; c < centres.length; c++) {
      cluster[centres[c]] = c;
    }
    int[] sizes = new int[centres.length];
    IntStream.of(cluster).forEach(c -> sizes[c]++);
    return new DensityPeaks(cluster, sizes);
  }

  /** Returns the weight of each row in its cluster's mean. */
  float weight(int row) {
    return (float) (1 / (sizes[cluster[row]] + EPSILON));
  }

  private static double distance(float[] values, int a, int b, int width) {
    double sum = 0;
    for (int i = 0; i < width; i++) {
      double difference = values[a + i] - values[b + i];
      sum += difference * difference;
    }
    return Math.sqrt(sum) / Math.sqrt(width);
  }
}
