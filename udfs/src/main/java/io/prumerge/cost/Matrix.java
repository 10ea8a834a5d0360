package io.prumerge.cost;

import static io.prumerge.cost.Exact.product;
import static io.prumerge.cost.Exact.sum;

import java.util.List;

/**
 * A weight matrix by which every row of activations is multiplied.
 *
 * @param name as in the checkpoint
 * @param in width of its input
 * @param out width of its output
 * @param bias whether a bias of {@code out} is added
 * @param output where the result goes
 */
public record Matrix(String name, long in, long out, boolean bias, Output output) {

  /** Where a result goes. */
  public enum Output {
    ACTIVATIONS,
    CACHE
  }

  public static Matrix of(String name, long in, long out, boolean bias) {
    return new Matrix(name, in, out, bias, Output.ACTIVATIONS);
  }

  public static Matrix cached(String name, long in, long out, boolean bias) {
    return new Matrix(name, in, out, bias, Output.CACHE);
  }

  /** Elements, each one multiply-accumulate per row. */
  public long weights() {
    return product(in, out);
  }

  public long parameters() {
    return sum(weights(), bias ? out : 0);
  }

  public static long weights(List<Matrix> matrices) {
    return sum(matrices.stream().mapToLong(Matrix::weights).toArray());
  }

  public static long parameters(List<Matrix> matrices) {
    return sum(matrices.stream().mapToLong(Matrix::parameters).toArray());
  }
}
