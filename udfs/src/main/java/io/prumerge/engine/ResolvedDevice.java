package io.prumerge.engine;

import ai.djl.Device;
import io.prumerge.host.Gpus;
import io.prumerge.torch.PackedWeights;
import io.prumerge.torch.Precision;
import io.prumerge.torch.SettingEffect;
import io.prumerge.torch.TorchRuntime;
import io.prumerge.zoo.DeviceChoice;
import io.prumerge.zoo.Devices;
import io.prumerge.zoo.DtypeChoice;
import java.io.Serializable;

/**
 * The device and precision that a request for a model resolves to on this host.
 *
 * @param libtorch its version
 * @param mklOnAmd which kernels its MKL takes on an AMD processor
 * @param packedWeights whether the decoder's weights have a second copy
 * @param dtype arithmetic, as the {@code dtype} column spells it
 * @param gpu the driver's name of the GPU; empty on the CPU
 */
public record ResolvedDevice(
    String libtorch, SettingEffect mklOnAmd, SettingEffect packedWeights, String dtype, String gpu)
    implements Serializable {

  private static final long serialVersionUID = 1L;

  /**
   * Loads libtorch, but no model.
   *
   * @param weights the model's
   * @param address CUDA ordinal that Spark assigned, -1 where none was
   * @throws io.prumerge.host.DeviceException saying what is there and what to do
   */
  public static ResolvedDevice of(
      DeviceChoice choice, DtypeChoice dtype, ModelWeights weights, int address) {
    Device device = Devices.device(choice, address);
    Precision precision = Devices.precision(dtype, device, weights::stored);
    return new ResolvedDevice(
        TorchRuntime.version(),
        TorchRuntime.mklOnAmd(),
        PackedWeights.here(device, precision, weights.packed()),
        weights.quantization().dtype(precision),
        device.isGpu() ? Gpus.ofHost().all().get(device.getDeviceId()).name() : "");
  }
}
