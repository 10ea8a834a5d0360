package io.prumerge.model;

import ai.djl.Device;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.IValue;
import ai.djl.pytorch.jni.IValueUtils;
import ai.djl.pytorch.jni.JniUtils;
import io.prumerge.host.FreeMemory;
import io.prumerge.torch.Precision;
import io.prumerge.torch.Torch;
import io.prumerge.torch.TorchRuntime;
import io.prumerge.torchscript.LlavaScript.TorchArchive;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;

/**
 * What the benches ask of libtorch besides the model: how fast plain products and copies are on
 * this machine, and how many native values are open.
 */
public final class TorchProbe implements AutoCloseable {

  private static final String SOURCE =
      """
      class Probe(Module):
        __parameters__ = []
        __buffers__ = []

        def matrix(self: __torch__.Probe, rows: int, columns: int, dtype: int, like: Tensor) -> Tensor:
          x = torch.rand([rows, columns], dtype=6, layout=None, device=ops.prim.device(like), pin_memory=None)
          return torch.to(torch.sub(x, 0.5), dtype)

        def bytes(self: __torch__.Probe, count: int, like: Tensor) -> Tensor:
          return torch.empty([count], dtype=0, layout=None, device=ops.prim.device(like), pin_memory=None, memory_format=None)

        def corner(self: __torch__.Probe, x: Tensor) -> Tensor:
          return torch.to(torch.select(torch.select(x, 0, 0), 0, 0), 6)

        def linear(self: __torch__.Probe, x: Tensor, w: Tensor) -> Tensor:
          return torch.linear(x, w, None)

        def product(self: __torch__.Probe, x: Tensor, w: Tensor) -> Tensor:
          return torch.matmul(x, w)

        def copy(self: __torch__.Probe, x: Tensor, to: Tensor) -> Tensor:
          return torch.copy_(to, x)
      """;

  private final PtNDManager manager;
  private final PtSymbolBlock module;
  private final IValue like; // a tensor of the device
  private IValue filling; // null: nothing

  /** Opens the probe on a device. */
  public TorchProbe(Device device) {
    TorchRuntime.engine();
    manager = (PtNDManager) NDManager.newBaseManager(device, "PyTorch");
    module = load();
    like = IValue.from((PtNDArray) manager.zeros(new Shape(1)));
  }

  // Of code alone: it has no tensors that would lie on a device.
  private static PtSymbolBlock load() {
    try {
      return JniUtils.loadModule(
          (PtNDManager) NDManager.newBaseManager(Device.cpu(), "PyTorch"),
          TorchArchive.of("Probe", SOURCE, Map.of()),
          false /* map location */,
          false /* train parameters */);
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot load the probe", e);
    }
  }

  /** A matrix of random numbers in [-0.5, 0.5) that stays where it is until it is closed. */
  public IValue matrix(int rows, int columns, Precision precision) {
    try (IValue r = IValue.from((long) rows);
        IValue c = IValue.from((long) columns);
        IValue dtype = IValue.from((long) precision.torchCode())) {
      return IValueUtils.runMethod(module, "matrix", r, c, dtype, like);
    }
  }

  /**
   * Fills a GPU's memory until {@link #empty}, but for some bytes.
   *
   * @return bytes filled
   */
  public long fill(Device device, long left) {
    Torch.releaseCache();
    long bytes = Math.max(0, FreeMemory.of(device) - left);
    try (IValue count = IValue.from(bytes)) {
      filling = IValueUtils.runMethod(module, "bytes", count, like);
    }
    return bytes;
  }

  /** Gives back what {@link #fill} took. */
  public void empty() {
    if (filling != null) {
      filling.close();
      filling = null;
      Torch.releaseCache();
    }
  }

  /** Seconds of x [m, k] times the transposed w [n, k], as linear layers have it. */
  public double linear(IValue x, IValue w) {
    return seconds("linear", x, w);
  }

  /** Seconds of x [m, k] times w [k, n]. */
  public double product(IValue x, IValue w) {
    return seconds("product", x, w);
  }

  /** Seconds of copying x into another matrix of its size and type. */
  public double copy(IValue x, IValue to) {
    return seconds("copy", x, to);
  }

  private double seconds(String method, IValue x, IValue w) {
    long start = System.nanoTime();
    try (IValue result = IValueUtils.runMethod(module, method, x, w)) {
      waitFor(result); // a GPU has only been told to begin
    }
    return (System.nanoTime() - start) / 1e9;
  }

  private void waitFor(IValue result) {
    try (IValue corner = IValueUtils.runMethod(module, "corner", result);
        PtNDArray number = corner.toTensor(manager)) {
      number.toFloatArray();
    }
  }

  /** Copies of the model from the host to devices so far. */
  public static long copies() {
    return Torch.copies();
  }

  /** Results of the model that were read back so far. */
  public static long reads() {
    return Torch.reads();
  }

  /** Native values of the model that are open in this JVM. */
  public static long openValues() {
    return Torch.openValues();
  }

  @Override
  public void close() {
    empty();
    like.close();
    module.close();
    manager.close();
  }
}
