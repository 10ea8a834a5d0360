package io.prumerge.plan.preflight;

import io.prumerge.engine.LlavaEngine;
import io.prumerge.estimate.Format;
import io.prumerge.estimate.Hardware;
import io.prumerge.torch.Precision;
import io.prumerge.torch.Torch;
import io.prumerge.torch.TorchRuntime;
import io.prumerge.zoo.Devices;
import io.prumerge.zoo.DtypeChoice;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;

/**
 * This machine's processors as hardware of estimates. No table has their peak rates, so they are
 * measured: with the libtorch and the threads that a local run has, the best of several products of
 * matrices, and of several with one row, which take as long as the other matrix is read. The latter
 * are in fp32: libtorch's products of one row in bf16 do not reach the memory's bandwidth.
 */
final class MeasuredHost {

  /** Its name among other hardware. */
  static final String NAME = "this machine";

  private static final int SIDE = 1024; // of the square matrices
  private static final int WIDE = 4096; // of the square one that is read: more than a cache holds
  private static final long NANOS = 300_000_000; // of each measurement, at least

  private static final Set<Precision> FAST =
      EnumSet.of(Precision.FP32, Devices.ofProcessor(DtypeChoice.AUTO));

  private static Hardware measured;

  private MeasuredHost() {}

  /** Returns whether its processors are fast in a precision, and are measured in it. */
  static boolean isFast(Precision precision) {
    return FAST.contains(precision);
  }

  /**
   * Returns its memory bandwidth and its rates of products, in fp32 and, if the processor has units
   * for it, in bf16, as a process measures them once, which takes about a second.
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
      double read = bestSeconds(() -> torch.call("products", row, wide));
      Map<Format, Double> peaks = new EnumMap<>(Format.class);
      for (Precision fast : FAST) {
        peaks.put(Format.named(fast.label()), peak(torch, square, fast));
      }
      return new Hardware(
          NAME,
          (double) WIDE * WIDE * Float.BYTES / read,
          peaks,
          OptionalLong.empty(),
          OptionalLong.empty(),
          "measured",
          "");
    }
  }

  private static double peak(Torch torch, Torch.Value square, Precision precision) {
    try (Torch.Value one = torch.call("place", square, "cpu", precision.torchCode())) {
      double product = bestSeconds(() -> torch.call("products", one, one));
      return 2.0 * SIDE * SIDE * SIDE / product;
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
