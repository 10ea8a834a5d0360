package io.prumerge.model;

import ai.djl.Device;
import io.prumerge.host.FreeMemory;
import io.prumerge.host.Gpus;
import io.prumerge.lang.Text;
import io.prumerge.torch.Torch;
import java.util.Optional;
import java.util.OptionalLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The memory of the device that a model takes, and whether it came back when the model was closed.
 *
 * @param before bytes that the driver of a GPU showed as free before the model was loaded; empty on
 *     a processor, and where the driver does not say
 */
record DeviceMemory(Device device, OptionalLong before) {

  private static final Logger LOG = LoggerFactory.getLogger(DeviceMemory.class);
  private static final double GIGA = 1e9;

  /** Returns the memory of a device before a model is loaded. */
  static DeviceMemory of(Device device) {
    return new DeviceMemory(device, ofGpu(device));
  }

  private static OptionalLong ofGpu(Device device) {
    return device.isGpu() ? Gpus.ofHost().freeBytes(device.getDeviceId()) : OptionalLong.empty();
  }

  /**
   * Returns the bytes that are free now. Weights that loading joined left their own memory to
   * libtorch's allocator, and the driver takes it for used, so the allocator gives it back first.
   *
   * @throws io.prumerge.host.DeviceException if a GPU's driver does not say
   */
  long free() {
    Torch.releaseCache();
    return FreeMemory.of(device);
  }

  /** Warns where a model's memory did not come back. */
  void closed(String model) {
    missing(model, ofGpu(device)).ifPresent(LOG::warn);
  }

  /**
   * Says what did not come back; empty if at least half of what was free before is free again.
   *
   * @param after free bytes after the model was closed
   */
  Optional<String> missing(String model, OptionalLong after) {
    if (before.isEmpty() || after.isEmpty() || after.getAsLong() >= before.getAsLong() / 2) {
      return Optional.empty();
    }
    return Optional.of(
        Text.format(
            "Closed %s, but only %.1f GB are free on %s where %.1f GB were before it was loaded:"
                + " the next model there gets fewer slots. Unless another model or process has the"
                + " rest, libtorch's allocator keeps it: DJL's library of flavour cpu, or one"
                + " compiled without -DUSE_CUDA, cannot empty its cache. Run one model in a"
                + " process, or use the flavour that fits the GPU (unset PYTORCH_FLAVOR)",
            model, after.getAsLong() / GIGA, device, before.getAsLong() / GIGA));
  }
}
