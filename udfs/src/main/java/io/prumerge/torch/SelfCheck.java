package io.prumerge.torch;

import ai.djl.Device;
import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.prumerge.host.DeviceException;
import io.prumerge.host.Gpu;
import io.prumerge.host.Gpus;
import io.prumerge.lang.Text;
import java.util.List;

/** Checks that a device computes correctly. */
public final class SelfCheck {

  private static final int SIDE = 8;
  // cudaErrorNoKernelImageForDevice and, of cuBLAS, the same.
  private static final List<String> NO_KERNELS =
      List.of("no kernel image is available", "CUBLAS_STATUS_ARCH_MISMATCH");

  private SelfCheck() {}

  /**
   * Multiplies two small matrices of ones: every element of the product is their side.
   *
   * @throws DeviceException in one line, if libtorch cannot be loaded, has no kernels for the
   *     device, or the device gives a wrong product
   */
  public static void on(Device device) {
    float sum;
    try (NDManager manager = TorchRuntime.engine().newBaseManager(device)) {
      NDArray ones = manager.ones(new Shape(SIDE, SIDE));
      sum = ones.matMul(ones).sum().getFloat();
    } catch (EngineException e) {
      throw failed(device, Gpus.ofHost().all(), e.getMessage());
    }
    if (sum != SIDE * SIDE * SIDE) {
      throw new DeviceException(
          Text.format(
              "Cannot use %s: it multiplies matrices to %s where %d is right. Take this device out"
                  + " of service",
              device, sum, SIDE * SIDE * SIDE));
    }
  }

  /**
   * Returns what to say about libtorch's error.
   *
   * @param gpus of this host
   */
  static DeviceException failed(Device device, List<Gpu> gpus, String error) {
    if (device.isGpu()
        && device.getDeviceId() < gpus.size()
        && NO_KERNELS.stream().anyMatch(error::contains)) {
      Gpu gpu = gpus.get(device.getDeviceId());
      return new DeviceException(
          Text.format(
              "Cannot use %s, %s of compute capability %s: libtorch %s%s was built without kernels"
                  + " for it. Set PYTORCH_LIBRARY_PATH to a build that has them: of 2.7.1's, that"
                  + " for CUDA 12.8 has Blackwell's (10.0, 12.0), that for CUDA 12.6 Volta's"
                  + " (7.0); or ask for device cpu",
              device, gpu.name(), gpu.version(), TorchRuntime.version(), CudaKernels.clause()));
    }
    return new DeviceException(
        Text.format("Cannot use %s: %s", device, error.lines().findFirst().orElse("")));
  }
}
