package io.prumerge.estimate;

import static io.prumerge.cost.Exact.product;
import static io.prumerge.cost.Exact.sum;

import io.prumerge.cost.Matrix;
import io.prumerge.cost.MatrixOutput;
import java.util.List;

/**
 * Operators of a transformer with their actual data traffic: every operand is read once and every
 * result written once.
 *
 * @param precision of weights, activations and cache
 * @param attention how attention is computed
 */
record Kernels(PrecisionScheme precision, AttentionKernel attention) {

  /** Operations per element, as LLM-Viewer counts them; memory bound in any case. */
  private static final int NORM = 7;

  private static final int SOFTMAX = 5;
  private static final int GATE = 2;
  private static final int ROTATION = 3;

  /** Returns a matrix product over rows of activations. */
  Operator linear(Matrix matrix, long times, long rows) {
    long result = product(rows, matrix.out());
    boolean cached = matrix.output() == MatrixOutput.CACHE;
    return new Operator(
        matrix.name(),
        OperatorKind.WEIGHTS,
        times,
        product(2, rows, matrix.weights()),
        new Traffic(
            precision.weights().bytes(matrix.parameters()),
            activations(product(rows, matrix.in())),
            cached ? 0 : activations(result),
            0,
            cached ? precision.cache().bytes(result) : 0),
        precision.weights().wider(precision.activations()));
  }

  /** Scores, softmax and the weighted sum of the values. */
  List<Operator> attention(long times, AttentionSpan span) {
    long operations = product(2, span.scores(), span.headDim());
    long asked = activations(span.queryElements());
    long scores = activations(span.scores());
    long keys = precision.cache().bytes(span.keyElements());
    Format format = precision.activations().wider(precision.cache());
    return switch (attention) {
      case EAGER ->
          List.of(
              new Operator(
                  "qk_matmul",
                  OperatorKind.PRODUCT,
                  times,
                  operations,
                  new Traffic(0, asked, scores, keys, 0),
                  format),
              elementwise("softmax", times, product(SOFTMAX, span.scores()), scores, scores),
              new Operator(
                  "pv_matmul",
                  OperatorKind.PRODUCT,
                  times,
                  operations,
                  new Traffic(0, scores, asked, keys, 0),
                  format));
      case FLASH ->
          List.of(
              new Operator(
                  "flash_attention",
                  OperatorKind.PRODUCT,
                  times,
                  product(2, operations),
                  new Traffic(0, asked, asked, product(2, keys), 0),
                  format));
    };
  }

  Operator norm(String name, long times, long elements) {
    long bytes = activations(elements);
    return elementwise(name, times, product(NORM, elements), bytes, bytes);
  }

  /** Returns the residual sum of two inputs. */
  Operator add(String name, long times, long elements) {
    long bytes = activations(elements);
    return elementwise(name, times, elements, product(2, bytes), bytes);
  }

  /** Returns the MLP's activation over one input, or over a gate and the gated input. */
  Operator activation(long times, long elements, int inputs) {
    long bytes = activations(elements);
    return elementwise("mlp_act", times, product(GATE, elements), product(inputs, bytes), bytes);
  }

  /** Returns the rotary embedding of queries and keys. */
  Operator rotation(long times, long elements) {
    long bytes = activations(elements);
    return elementwise("rotary", times, product(ROTATION, elements), bytes, bytes);
  }

  /** Copies rows of the embedding. */
  Operator lookUp(long elements) {
    return new Operator(
        "embedding",
        OperatorKind.ELEMENTWISE,
        1,
        0,
        new Traffic(precision.weights().bytes(elements), 0, activations(elements), 0, 0),
        precision.activations());
  }

  Operator elementwise(String name, long times, long operations, long loaded, long stored) {
    return new Operator(
        name,
        OperatorKind.ELEMENTWISE,
        times,
        operations,
        new Traffic(0, loaded, stored, 0, 0),
        precision.activations());
  }

  long activations(long elements) {
    return precision.activations().bytes(elements);
  }

  /** Returns the largest sum of what an operator reads and writes, weights and cache left out. */
  static long widest(Pass pass) {
    return pass.operators().stream()
        .mapToLong(
            operator ->
                sum(operator.traffic().activationsLoaded(), operator.traffic().activationsStored()))
        .max()
        .orElse(0);
  }
}
