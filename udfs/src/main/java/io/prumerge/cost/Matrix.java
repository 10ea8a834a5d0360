package io.prumerge.cost;

import static io.prumerge.cost.Exact.product;
import static io.prumerge.cost.Exact.sum;

import io.prumerge.architecture.Weight;
import io.prumerge.architecture.WeightBlock;
import io.prumerge.architecture.WeightNeed;
import io.prumerge.architecture.WeightUse;
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
public record Matrix(String name, long in, long out, boolean bias, MatrixOutput output) {

  public static Matrix of(String name, long in, long out, boolean bias) {
    return new Matrix(name, in, out, bias, MatrixOutput.ACTIVATIONS);
  }

  public static Matrix cached(String name, long in, long out, boolean bias) {
    return new Matrix(name, in, out, bias, MatrixOutput.CACHE);
  }

  /** Returns the matrices of a block of weights, in the order of their use. */
  public static List<Matrix> of(WeightBlock block) {
    return block.weights().stream()
        .filter(weight -> weight.use() != WeightUse.OTHER)
        .filter(weight -> weight.need() != WeightNeed.ABSENT)
        .map(weight -> of(weight, block))
        .toList();
  }

  private static Matrix of(Weight weight, WeightBlock block) {
    int dot = weight.tensor().lastIndexOf('.'); // none in a lone parameter's
    String module = dot < 0 ? weight.tensor() : weight.tensor().substring(0, dot);
    String added = module + ".bias";
    boolean bias =
        block.weights().stream().anyMatch(other -> other.tensor().equals(added) && other.read());
    long out = weight.shape().get(0);
    String name = module.substring(module.lastIndexOf('.') + 1);
    long in = weight.elements() / out;
    return weight.use() == WeightUse.CACHED_PRODUCT
        ? cached(name, in, out, bias)
        : of(name, in, out, bias);
  }

  /** Returns the elements, each of which is one multiply-accumulate per row. */
  public long weights() {
    return product(in, out);
  }

  public long parameters() {
    return sum(weights(), bias ? out : 0);
  }

  public static long weights(List<Matrix> matrices) {
    return sum(matrices.stream().mapToLong(Matrix::weights).toArray());
  }
}
