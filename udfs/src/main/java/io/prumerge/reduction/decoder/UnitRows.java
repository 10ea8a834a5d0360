package io.prumerge.reduction.decoder;

/**
 * Rows of a matrix and their Euclidean norms.
 *
 * @param values row-major
 * @param width of a row
 * @param norms of each row, at least 1e-8 as in torch's cosine_similarity
 */
record UnitRows(float[] values, int width, double[] norms) {

  private static final double LEAST = 1e-8;

  UnitRows(float[] values, int width) {
    this(values, width, new double[values.length / width]);
    for (int row = 0; row < norms.length; row++) {
      norms[row] = Math.max(LEAST, Math.sqrt(product(row, this, row)));
    }
  }

  /** The cosine of a row with a row of others. */
  double cosine(int row, UnitRows others, int other) {
    return product(row, others, other) / norms[row] / others.norms[other];
  }

  private double product(int row, UnitRows others, int other) {
    int here = row * width;
    int there = other * width;
    double sum = 0;
    for (int i = 0; i < width; i++) {
      sum += (double) values[here + i] * others.values[there + i];
    }
    return sum;
  }
}
