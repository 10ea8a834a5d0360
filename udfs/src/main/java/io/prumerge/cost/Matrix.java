package io.prumerge.cost;

import static io.prumerge.cost.Exact.product;
import static io.prumerge.cost.Exact.sum;

import java.util.List;

/**
 * A matrix of weights that every row of activations goes through.
 *
 * @param name as in the checkpoint
 * @param in width of its input
 * @param out width of its output
 * @param bias whether a bias of {@code out} is added
 * @param output where the result goes
 */
record Matrix(String name, long in, long out, boolean bias, Output output) {

  /** Where a result goes. */
  enum Output {
    ACTIVATIONS,
    CACHE
  }

  static Matrix of(String name, long in, long out, boolean bias) {
    return new Matrix(name, in, out, bias, Output.ACTIVATIONS);
  }

  static Matrix cached(String name, long in, long out, boolean bias) {
    return new Matrix(name, in, out, bias, Output.CACHE);
  }

  /** Elements, each one multiply-accumulate per row. */
  long weights() {
    return product(in, out);
  }

  long parameters() {
    return sum(weights(), bias ? out : 0);
  }

  static long weights(List<Matrix> matrices) {
    return sum(matrices.stream().mapToLong(Matrix::weights).toArray());
  }

  static long parameters(List<Matrix> matrices) {
    return sum(matrices.stream().mapToLong(Matrix::parameters).toArray());
  }
}
