package io.prumerge.reduction.question;

import java.util.Arrays;
import java.util.stream.IntStream;

/** The greedy choice of a determinantal point process, by computing every determinant. */
public final class SlowDeterminants {

  private SlowDeterminants() {}

  /** A positive definite matrix over all patches. */
  public interface Kernel {
    double at(int row, int column);
  }

  /**
   * Adds, time and again, the patch whose kernel with those picked has the largest determinant.
   *
   * @param start the first patch to choose from
   * @param end the one behind the last
   */
  public static int[] picks(Kernel kernel, int start, int end, int tokens) {
    int[] picks = new int[0];
    while (picks.length < tokens) {
      int best = -1;
      double largest = 0;
      for (int patch = start; patch < end; patch++) {
        int candidate = patch;
        if (IntStream.of(picks).noneMatch(pick -> pick == candidate)) {
          double determinant = determinant(kernel, with(picks, patch));
          if (best < 0 || determinant > largest) {
            best = patch;
            largest = determinant;
          }
        }
      }
      picks = with(picks, best);
    }
    return picks;
  }

  private static int[] with(int[] picks, int patch) {
    int[] with = Arrays.copyOf(picks, picks.length + 1);
    with[picks.length] = patch;
    return with;
  }

  // By elimination.
  private static double determinant(Kernel kernel, int[] patches) {
    double[][] matrix = new double[patches.length][patches.length];
    for (int i = 0; i < patches.length; i++) {
      for (int j = 0; j < patches.length; j++) {
        matrix[i][j] = kernel.at(patches[i], patches[j]);
      }
    }
    double product = 1;
    for (int i = 0; i < matrix.length; i++) {
      product *= matrix[i][i];
      for (int row = i + 1; row < matrix.length; row++) {
        double factor = matrix[row][i] / matrix[i][i];
        for (int column = i; column < matrix.length; column++) {
          matrix[row][column] -= factor * matrix[i][column];
        }
      }
    }
    return product;
  }
}
