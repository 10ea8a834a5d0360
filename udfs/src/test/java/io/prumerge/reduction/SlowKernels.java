package io.prumerge.reduction;

/** What attention-free methods look at, by its definition: loops over doubles. */
public final class SlowKernels {
  private SlowKernels() {}

  /** Returns {@link TowerEvidence.TransportKernel} of some rows. */
  public static float[] transport(float[][] rows) {
    int count = rows.length;
    double[][] scaled = new double[count][rows[0].length];
    for (int channel = 0; channel < rows[0].length; channel++) {
      double squares = 0;
      for (float[] row : rows) {
        squares += (double) row[channel] * row[channel];
      }
      for (int i = 0; i < count; i++) {
        scaled[i][channel] = squares == 0 ? 0 : rows[i][channel] / Math.sqrt(squares);
      }
    }
    float[] kernel = new float[count * count];
    for (int i = 0; i < count; i++) {
      for (int j = 0; j < count; j++) {
        double sum = 0;
        for (int k = 0; k < count; k++) {
          sum += dot(scaled[i], scaled[k]) * dot(scaled[k], scaled[j]);
        }
        kernel[i * count + j] = (float) (0.01 * sum + (i == j ? 1 : 0));
      }
    }
    return kernel;
  }

  /** Returns {@link TowerEvidence.ApproximationErrors} of some rows, the basis from one on. */
  public static float[] approximation(float[][] rows, int basis, int start) {
    int[] chosen = new int[basis];
    chosen[0] = start;
    for (int i = 1; i < basis; i++) {
      double farthest = -1;
      for (int row = 0; row < rows.length; row++) {
        double nearest = Double.POSITIVE_INFINITY;
        for (int j = 0; j < i; j++) {
          nearest = Math.min(nearest, squaredDistance(rows[row], rows[chosen[j]]));
        }
        if (nearest > farthest) {
          farthest = nearest;
          chosen[i] = row;
        }
      }
    }
    float[] errors = new float[rows.length + basis];
    for (int row = 0; row < rows.length; row++) {
      errors[row] = (float) error(rows, chosen, rows[row]);
    }
    for (int i = 0; i < basis; i++) {
      errors[rows.length + i] = chosen[i];
    }
    return errors;
  }

  private static double error(float[][] rows, int[] chosen, float[] row) {
    double[][] equations = new double[chosen.length][chosen.length + 1];
    for (int i = 0; i < chosen.length; i++) {
      for (int j = 0; j < chosen.length; j++) {
        equations[i][j] = dot(rows[chosen[i]], rows[chosen[j]]) + (i == j ? 1e-5 : 0);
      }
      equations[i][chosen.length] = dot(rows[chosen[i]], row);
    }
    double[] shares = solved(equations);
    double squares = 0;
    for (int channel = 0; channel < row.length; channel++) {
      double left = row[channel];
      for (int i = 0; i < chosen.length; i++) {
        left -= shares[i] * rows[chosen[i]][channel];
      }
      squares += left * left;
    }
    return Math.sqrt(squares);
  }

  // Elimination without exchanges: the matrix is positive definite.
  private static double[] solved(double[][] equations) {
    int count = equations.length;
    for (int i = 0; i < count; i++) {
      for (int row = 0; row < count; row++) {
        double factor = row == i ? 0 : equations[row][i] / equations[i][i];
        for (int column = 0; column <= count; column++) {
          equations[row][column] -= factor * equations[i][column];
        }
      }
    }
    double[] shares = new double[count];
    for (int i = 0; i < count; i++) {
      shares[i] = equations[i][count] / equations[i][i];
    }
    return shares;
  }

  private static double squaredDistance(float[] one, float[] other) {
    double sum = 0;
    for (int channel = 0; channel < one.length; channel++) {
      sum += Math.pow((double) one[channel] - other[channel], 2);
    }
    return sum;
  }

  private static double dot(float[] one, float[] other) {
    double sum = 0;
    for (int channel = 0; channel < one.length; channel++) {
      sum += (double) one[channel] * other[channel];
    }
    return sum;
  }

  private static double dot(double[] one, double[] other) {
    double sum = 0;
    for (int channel = 0; channel < one.length; channel++) {
      sum += one[channel] * other[channel];
    }
    return sum;
  }
}
