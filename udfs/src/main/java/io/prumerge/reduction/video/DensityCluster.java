package io.prumerge.reduction.video;

import io.prumerge.reduction.Ranking;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A cluster by density peaks among nearest neighbours, as HoliTom's authors have them (cokeshao/
 * HoliTom e9b2972, {@code cluster_dpc_knn} and {@code merge_tokens_by_clustering} of {@code
 * holitom/llava_arch.py}). With d the distances of n points:
 *
 * <ol>
 *   <li>A point's density is exp of minus the mean of its k least d^2, its own 0 among them.
 *   <li>Its height is the least distance to a denser point; the greatest of all distances where
 *       none is denser.
 *   <li>Centres are the points with the greatest density times height. Each other point belongs to
 *       the nearest centre.
 * </ol>
 *
 * <p>Deviation: the authors add up to 1e-6, drawn at random, to densities, so that none are equal.
 * Here equal densities stay equal. Of equal products the lower point is a centre, of equally near
 * centres the lower one is taken.
 *
 * @param centre a point
 * @param others that belong to it, rising
 */
record DensityCluster(int centre, List<Integer> others) {

  DensityCluster {
    others = List.copyOf(others);
  }

  /**
   * Returns the clusters, by rising centre.
   *
   * @param distances of each pair of points, row-major [n, n]
   * @param clusters how many, from 1 to n
   * @param neighbours k, at most n
   */
  static List<DensityCluster> of(float[] distances, int clusters, int neighbours) {
    int points = (int) Math.round(Math.sqrt(distances.length));
    double[] densities =
        IntStream.range(0, points)
            .mapToDouble(point -> density(row(distances, point, points), neighbours))
            .toArray();
    float greatest = greatest(distances);
    double[] scores =
        IntStream.range(0, points)
            .mapToDouble(
                point ->
                    densities[point]
                        * height(row(distances, point, points), point, densities, greatest))
            .toArray();
    int[] centres = Ranking.topInOrder(points, clusters, point -> scores[point]);
    List<List<Integer>> others =
        IntStream.range(0, clusters).<List<Integer>>mapToObj(i -> new ArrayList<>()).toList();
    for (int point = 0; point < points; point++) {
      if (Arrays.binarySearch(centres, point) < 0) {
        others.get(nearest(row(distances, point, points), centres)).add(point);
      }
    }
    return IntStream.range(0, clusters)
        .mapToObj(cluster -> new DensityCluster(centres[cluster], others.get(cluster)))
        .toList();
  }

  private static float[] row(float[] distances, int point, int points) {
    return Arrays.copyOfRange(distances, point * points, (point + 1) * points);
  }

  private static double density(float[] distances, int neighbours) {
    Arrays.sort(distances);
    double squares = 0;
    for (int i = 0; i < neighbours; i++) {
      squares += (double) distances[i] * distances[i];
    }
    return Math.exp(-squares / neighbours);
  }

  private static float greatest(float[] distances) {
    float greatest = 0;
    for (float distance : distances) {
      greatest = Math.max(greatest, distance);
    }
    return greatest;
  }

  private static float height(float[] distances, int point, double[] densities, float greatest) {
    float height = greatest;
    for (int other = 0; other < distances.length; other++) {
      if (densities[other] > densities[point]) {
        height = Math.min(height, distances[other]);
      }
    }
    return height;
  }

  private static int nearest(float[] distances, int[] centres) {
    int nearest = 0;
    for (int cluster = 1; cluster < centres.length; cluster++) {
      if (distances[centres[cluster]] < distances[centres[nearest]]) {
        nearest = cluster;
      }
    }
    return nearest;
  }
}
