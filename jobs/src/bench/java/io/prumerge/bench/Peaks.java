package io.prumerge.bench;

import ai.djl.Device;
import ai.djl.pytorch.jni.IValue;
import io.prumerge.model.RandomShape;
import io.prumerge.model.TorchProbe;
import io.prumerge.torch.Precision;
import java.util.ArrayList;
import java.util.List;

/**
 * The machine's limits as this run finds them: the best plain product of matrices as large as a
 * checkpoint's, in floating-point operations a second, and the best copy from memory to memory, in
 * bytes read and written a second.
 *
 * <p>A copy and not the product of matrix and vector, which decoding consists of: libtorch's own is
 * far from the memory's rate on some processors, and would hide as much of ours.
 */
final class Peaks implements AutoCloseable {

  /** Times each is run in a round. */
  private static final int REPEATS = 4;

  private static final int GPU_ROWS = 16_384;

  /** x [rows, in] times the transpose of w [out, in], and the same with w [in, out]. */
  private record Product(int rows, int in, int out, IValue x, IValue w, IValue transposed) {

    static Product of(TorchProbe probe, Precision precision, int rows, int in, int out) {
      return new Product(
          rows,
          in,
          out,
          probe.matrix(rows, in, precision),
          probe.matrix(out, in, precision),
          probe.matrix(in, out, precision));
    }

    /** The best of both ways to write it: this is a bound, not a mean. */
    double seconds(TorchProbe probe) {
      double best = Double.MAX_VALUE;
      for (int i = 0; i < REPEATS; i++) {
        best = Math.min(best, probe.linear(x, w));
        best = Math.min(best, probe.product(x, transposed));
      }
      return best;
    }

    void close() {
      x.close();
      w.close();
      transposed.close();
    }
  }

  private final TorchProbe probe;
  private final Precision precision;
  private final List<Product> matrices = new ArrayList<>();
  private final IValue source;
  private final IValue target;
  private final double copied; // bytes read and written by a copy
  private double flops;
  private double bytes;

  Peaks(RandomShape shape, Precision precision, Device device) {
    this.probe = new TorchProbe(device);
    this.precision = precision;
    int prompt = shape.patches() + 64;
    int d = shape.text();
    add(prompt, d, d);
    add(prompt, d, shape.mlp());
    add(prompt, shape.mlp(), d);
    add(4 * prompt, d, d);
    add(shape.patches() + 1, shape.vision(), 4 * shape.vision());
    if (device.isGpu()) { // a pass has many images' rows, and a short product is mostly the wait
      add(GPU_ROWS, d, shape.mlp());
      add(GPU_ROWS, shape.mlp(), d);
    }
    int rows = device.isGpu() ? 8 * shape.vocabulary() : shape.vocabulary();
    source = probe.matrix(rows, d, precision);
    target = probe.matrix(rows, d, precision);
    copied = 2.0 * rows * d * precision.bytes();
  }

  private void add(int rows, int in, int out) {
    matrices.add(Product.of(probe, precision, rows, in, out));
  }

  /** Measures everything once more. */
  void round() {
    for (Product product : matrices) {
      double work = 2.0 * product.rows() * product.in() * product.out();
      flops = Math.max(flops, work / product.seconds(probe));
    }
    for (int i = 0; i < REPEATS; i++) {
      bytes = Math.max(bytes, copied / probe.copy(source, target));
    }
  }

  /** The most FLOP/s of all rounds so far. */
  double flops() {
    return flops;
  }

  /** The most bytes/s of a copy in all rounds so far. */
  double bytes() {
    return bytes;
  }

  @Override
  public void close() {
    matrices.forEach(Product::close);
    source.close();
    target.close();
    probe.close();
  }
}
