package io.prumerge.spark;

import ai.djl.Device;
import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.prumerge.host.DeviceException;
import io.prumerge.torch.TorchRuntime;
import java.util.Locale;

/** Checks that a device computes correctly. */
final class SelfCheck {

  private static final int SIDE = 8;

  private SelfCheck() {}

  /**
   * Multiplies two small matrices of ones: every element of the product is their side.
   *
   * @throws DeviceException in one line, if libtorch cannot be loaded or the device gives a wrong
   *     product
   */
  static void on(Device device) {
    float sum;
    try (NDManager manager = TorchRuntime.engine().newBaseManager(device)) {
      NDArray ones = manager.ones(new Shape(SIDE, SIDE));
      sum = ones.matMul(ones).sum().getFloat();
    } catch (EngineException e) {
      throw new DeviceException(
          String.format(
              Locale.ROOT,
              "Cannot use %s: %s",
              device,
              e.getMessage().lines().findFirst().orElse("")));
    }
    if (sum != SIDE * SIDE * SIDE) {
      throw new DeviceException(
          String.format(
              Locale.ROOT,
              "Cannot use %s: it multiplies matrices to %s where %d is right. Take this device out of service",
              device,
              sum,
              SIDE * SIDE * SIDE));
    }
  }
}
