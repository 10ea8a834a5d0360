package io.prumerge.reduction.decoder;

import io.prumerge.reduction.Kept;
import io.prumerge.reduction.Ranking;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * PACT's clusters of tokens ({@code DBDPC} in {@code PACT/utils.py}), by cosine distances 1 - cos
 * of their keys, at least 0.
 *
 * <p>A chosen token's density is the sum of exp(-(distance / 2)^2) over all chosen ones, itself
 * included. By falling density, each token becomes a centre that has no centre within the cutoff.
 * (The authors find the same centres several at a time.) Every token joins the nearest centre, if
 * that is within 1.5 times the cutoff; the chosen ones always are.
 *
 * <p>Of equal densities the lower index counts as denser, of equally near centres the denser one;
 * the authors' sorts promise nothing there.
 *
 * @param centres tokens, ascending
 * @param cluster of each token, as index into the centres; -1 for those that are lost
 */
record KeyClusters(int[] centres, int[] cluster) {

  private static final double SCALE = 2;
  private static final double REACH = 1.5;

  /**
   * Clusters tokens.
   *
   * @param chosen those that may be centres, ascending, at least one
   * @param tokens all of them
   * @param cosines of all pairs of tokens, row-major
   */
  static KeyClusters of(int[] chosen, int tokens, float[] cosines, double cutoff) {
    double[] densities = new double[chosen.length];
    for (int i = 0; i < chosen.length; i++) {
      for (int other : chosen) {
        double part = distance(cosines, tokens, chosen[i], other) / SCALE;
        densities[i] += Math.exp(-part * part);
      }
    }
    List<Integer> byDensity = new ArrayList<>();
    for (int place : Ranking.top(chosen.length, chosen.length, i -> densities[i])) {
      int token = chosen[place];
      boolean alone =
          byDensity.stream().allMatch(centre -> distance(cosines, tokens, token, centre) > cutoff);
      if (alone) {
        byDensity.add(token);
      }
    }
    int[] centres = byDensity.stream().mapToInt(Integer::intValue).sorted().toArray();
    int[] cluster = new int[tokens];
    for (int token = 0; token < tokens; token++) {
      int nearest = byDensity.get(0);
      for (int centre : byDensity) {
        if (distance(cosines, tokens, token, centre) < distance(cosines, tokens, token, nearest)) {
          nearest = centre;
        }
      }
      boolean near = distance(cosines, tokens, token, nearest) <= cutoff * REACH;
      cluster[token] = near ? Arrays.binarySearch(centres, nearest) : -1;
    }
    for (int centre = 0; centre < centres.length; centre++) {
      cluster[centres[centre]] = centre;
    }
    return new KeyClusters(centres, cluster);
  }

  private static double distance(float[] cosines, int tokens, int one, int other) {
    return one == other ? 0 : Math.max(0, 1.0 - cosines[one * tokens + other]);
  }

  /** Tokens of each cluster. */
  int[] sizes() {
    int[] sizes = new int[centres.length];
    for (int own : cluster) {
      if (own >= 0) {
        sizes[own]++;
      }
    }
    return sizes;
  }

  /** The mean of each cluster at its centre's place, which counts for all of its tokens. */
  Kept means() {
    int[] sizes = sizes();
    float[] share = new float[centres.length * cluster.length];
    for (int token = 0; token < cluster.length; token++) {
      int own = cluster[token];
      if (own >= 0) {
        share[own * cluster.length + token] = 1f / sizes[own];
      }
    }
    return new Kept(centres, share, sizes);
  }
}
