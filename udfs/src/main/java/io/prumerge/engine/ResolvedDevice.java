package io.prumerge.engine;

import ai.djl.Device;
import io.prumerge.checkpoint.TensorType;
import io.prumerge.host.Gpus;
import io.prumerge.torch.MklOnAmd;
import io.prumerge.torch.TorchRuntime;
import java.io.Serializable;

/**
 * The device and precision that a request for a model resolves to on this host.
 *
 * @param libtorch its version
 * @param mklOnAmd which kernels its MKL takes on an AMD processor
 * @param dtype arithmetic, as the {@code dtype} column spells it
 * @param gpu the driver's name of the GPU; empty on the CPU
 */
public record ResolvedDevice(String libtorch, MklOnAmd mklOnAmd, String dtype, String gpu)
    implements Serializable {

  private static final long serialVersionUID = 1L;

  /**
   * Loads libtorch, but no model.
   *
   * @param stored the type of the model's weights
   * @param address CUDA ordinal that Spark assigned, -1 where none was
   * @throws io.prumerge.host.DeviceException saying what is there and what to do
   */
  public static ResolvedDevice of(
      DeviceChoice choice, DtypeChoice dtype, TensorType stored, int address) {
    Device device = Devices.device(choice, address);
    return new ResolvedDevice(
        TorchRuntime.version(),
        TorchRuntime.mklOnAmd(),
        Devices.precision(dtype, device, () -> stored).label(),
        device.isGpu() ? Gpus.ofHost().all().get(device.getDeviceId()).name() : "");
  }
}
