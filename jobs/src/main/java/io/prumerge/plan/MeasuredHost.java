package io.prumerge.plan;

import io.prumerge.engine.LlavaEngine;
import io.prumerge.estimate.Format;
import io.prumerge.estimate.Hardware;
import io.prumerge.torch.Torch;
import io.prumerge.torch.TorchRuntime;
import java.util.Map;
import java.util.OptionalLong;

/**
 * This machine's processors as hardware of estimates. No table has their peak rates, so they are
 * measured: with the libtorch and the threads that a local run has, the best of several products of
 * matrices, and of several with one row, which take as long as the other matrix is read.
 */
final class MeasuredHost {

  /** Its name among other hardware. */
  static final String NAME = "this machine";

  private static final int SIDE = 1024; // of the square matrices
  private static final int WIDE = 4096; // of the square one that is read: more than a cache holds
  private static final long NANOS = 300_000_000; // of each of both measurements, at least

  private static Hardware measured;

  private MeasuredHost() {}

  /**
   * Returns its rate of fp32 products and its memory bandwidth, as a process measures them once,
   * which takes about a second.
   */
  static synchronized Hardware measured() {
    if (measured == null) {
      measured = measure();
    }
    return measured;
  }

  private static Hardware measure() {
    TorchRuntime.useThreads(LlavaEngine.threads());
    try (Torch torch = TorchRuntime.open();
        Torch.Value square = torch.tensor(new float[SIDE * SIDE], SIDE, SIDE);
        Torch.Value wide = torch.tensor(new float[WIDE * WIDE], WIDE, WIDE);
        Torch.Value row = torch.tensor(new float[WIDE], 1, WIDE)) {
      double product = bestSeconds(() -> torch.call("blend", square, square));
      double read = bestSeconds(() -> torch.call("blend", wide, row));
      return new Hardware(
          NAME,
          (double) WIDE * WIDE * Float.BYTES / read,
          Map.of(Format.FP32, 2.0 * SIDE * SIDE * SIDE / product),
          OptionalLong.empty(),
          OptionalLong.empty(),
          "measured",
          "");
    }
  }

  /** An operation that a device does. */
  private interface Operation {
    Torch.Value run();
  }

  private static double bestSeconds(Operation operation) {
    operation.run().close(); // the first one also makes threads and memory
    long best = Long.MAX_VALUE;
    long start = System.nanoTime();
    long before = start;
    while (before - start < NANOS || best == Long.MAX_VALUE) {
      operation.run().close();
      long now = System.nanoTime();
      best = Math.min(best, now - before);
      before = now;
    }
    return best / 1e9;
  }
}
