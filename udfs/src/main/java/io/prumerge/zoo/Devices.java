package io.prumerge.zoo;

import ai.djl.Device;
import io.prumerge.checkpoint.TensorType;
import io.prumerge.host.DeviceException;
import io.prumerge.host.Gpu;
import io.prumerge.host.Gpus;
import io.prumerge.host.Processor;
import io.prumerge.torch.Precision;
import io.prumerge.torch.SelfCheck;
import io.prumerge.torch.TorchRuntime;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Resolves settings to the device and the precision that a model runs with. */
public final class Devices {

  private static final Logger LOG = LoggerFactory.getLogger(Devices.class);

  private static final Map<Integer, Device> CHECKED = new ConcurrentHashMap<>(); // by ordinal

  private Devices() {}

  /**
   * Returns the device: {@code auto} is the address Spark assigned, else the CPU; {@code cuda}
   * without an address is the first one.
   *
   * @param address CUDA ordinal that Spark assigned, -1 where none was
   * @throws DeviceException if CUDA is wanted and libtorch sees no device, or has no kernels for it
   */
  public static Device device(DeviceChoice choice, int address) {
    return switch (choice) {
      case CPU -> Device.cpu();
      case CUDA -> cuda(Math.max(0, address));
      case AUTO -> {
        if (address >= 0) {
          yield cuda(address);
        }
        if (TorchRuntime.cudaDevices() > 0) {
          LOG.warn(
              "A CUDA device is visible but Spark assigned none: running on the CPU. Set"
                  + " spark.executor.resource.gpu.amount and spark.task.resource.gpu.amount, or"
                  + " name the device cuda");
        }
        yield Device.cpu();
      }
    };
  }

  private static Device cuda(int ordinal) {
    if (ordinal >= TorchRuntime.cudaDevices()) {
      throw new DeviceException(
          "Cannot open CUDA device "
              + ordinal
              + ": "
              + TorchRuntime.withoutCuda()
              + "; or ask for device cpu");
    }
    return CHECKED.computeIfAbsent(ordinal, Devices::checked);
  }

  // Without kernels for a GPU, the first pass would fail as on a GPU that is lost, and executors
  // would be started again and again.
  private static Device checked(int ordinal) {
    Device device = Device.gpu(ordinal);
    SelfCheck.on(device);
    return device;
  }

  /**
   * Returns the precision; {@code auto} is a fast one of the device.
   *
   * @param stored the type of the checkpoint's weights, where it matters
   */
  public static Precision precision(
      DtypeChoice choice, Device device, Supplier<TensorType> stored) {
    return choice == DtypeChoice.AUTO && device.isGpu()
        ? half(Gpus.ofHost().all().get(device.getDeviceId()), stored.get())
        : ofProcessor(choice);
  }

  /** Returns the precision on this host's processor; {@code auto} is a fast one of it. */
  public static Precision ofProcessor(DtypeChoice choice) {
    return switch (choice) {
      case FP32 -> Precision.FP32;
      case BF16 -> Precision.BF16;
      case FP16 -> Precision.FP16;
      case AUTO -> Processor.ofHost().multipliesBf16() ? Precision.BF16 : Precision.FP32;
    };
  }

  /**
   * Returns the checkpoint's own half type if the GPU multiplies it, else the best that the GPU
   * has.
   */
  static Precision half(Gpu gpu, TensorType stored) {
    return stored == TensorType.F16 || !gpu.multipliesBf16() ? Precision.FP16 : Precision.BF16;
  }
}
