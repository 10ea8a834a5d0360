package io.prumerge.reduction.tower;

import io.prumerge.reduction.Ranking;
import java.util.Arrays;
import java.util.function.IntToDoubleFunction;

/**
 * The most likely set of a determinantal point process, chosen greedily (arXiv 1709.05135): each
 * row picked is the one that adds most to the determinant of the kernel of those picked. The rows
 * of its Cholesky decomposition are computed one a pick.
 */
public final class GreedyDeterminant {
  private GreedyDeterminant() {}

  /**
   * Returns the picks in their order; of equal rows the lower index. When no row adds to those that
   * were picked, the others follow by falling rank.
   *
   * @param count rows of the kernel
   * @param tokens from 0 to {@code count}
   * @param rank of a row; of equal ones the lower index is first
   */
  public static int[] picks(PairKernel kernel, int count, int tokens, IntToDoubleFunction rank) {
    // What each row would add to those picked; minus infinity once it is one of them.
    float[] added = new float[count];
    for (int row = 0; row < count; row++) {
      added[row] = kernel.of(row, row);
    }
    float[][] parts = new float[tokens][];
    int[] picks = new int[tokens];
    for (int i = 0; i < tokens; i++) {
      int best = Ranking.largest(added);
      if (!(added[best] > 0)) {
        return filledUp(picks, i, count, rank);
      }
      picks[i] = best;
      parts[i] = part(kernel, parts, i, best, added);
      for (int row = 0; row < count; row++) {
        added[row] -= parts[i][row] * parts[i][row];
      }
      added[best] = Float.NEGATIVE_INFINITY;
    }
    return picks;
  }

  // A row of the Cholesky decomposition of the kernel.
  private static float[] part(
      PairKernel kernel, float[][] parts, int done, int best, float[] added) {
    int count = added.length;
    float[] known = new float[count];
    for (int i = 0; i < done; i++) {
      float factor = parts[i][best];
      for (int row = 0; row < count; row++) {
        known[row] += factor * parts[i][row];
      }
    }
    float[] part = new float[count];
    float root = (float) Math.sqrt(added[best]);
    for (int row = 0; row < count; row++) {
      part[row] = (kernel.of(best, row) - known[row]) / root;
    }
    return part;
  }

  private static int[] filledUp(int[] picks, int done, int count, IntToDoubleFunction rank) {
    boolean[] taken = new boolean[count];
    Arrays.stream(picks, 0, done).forEach(row -> taken[row] = true);
    int filled = done;
    for (int row : Ranking.top(count, count, rank)) {
      if (!taken[row] && filled < picks.length) {
        picks[filled++] = row;
      }
    }
    return picks;
  }
}
