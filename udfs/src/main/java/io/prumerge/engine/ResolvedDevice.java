package io.prumerge.engine;

import ai.djl.Device;
import io.prumerge.checkpoint.Checkpoint;
import io.prumerge.checkpoint.TensorType;
import io.prumerge.host.Gpus;
import io.prumerge.torch.MklOnAmd;
import io.prumerge.torch.PackedWeights;
import io.prumerge.torch.Precision;
import io.prumerge.torch.TorchRuntime;
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
    String libtorch, MklOnAmd mklOnAmd, PackedWeights packedWeights, String dtype, String gpu)
    implements Serializable {

  private static final long serialVersionUID = 1L;

  /**
   * What of a model decides.
   *
   * @param stored the type of its weights
   * @param packed bytes of the second copy that {@link PackedWeights} may make
   */
  public record Weights(TensorType stored, long packed) implements Serializable {

    private static final long serialVersionUID = 1L;

    /** Returns a checkpoint's. */
    public static Weights of(Checkpoint checkpoint) {
      return new Weights(
          checkpoint.weightType(), PackedWeights.bytes(checkpoint.config().decoder()));
    }
  }

  /**
   * Loads libtorch, but no model.
   *
   * @param weights the model's
   * @param address CUDA ordinal that Spark assigned, -1 where none was
   * @throws io.prumerge.host.DeviceException saying what is there and what to do
   */
  public static ResolvedDevice of(
      DeviceChoice choice, DtypeChoice dtype, Weights weights, int address) {
    Device device = Devices.device(choice, address);
    Precision precision = Devices.precision(dtype, device, weights::stored);
    return new ResolvedDevice(
        TorchRuntime.version(),
        TorchRuntime.mklOnAmd(),
        PackedWeights.here(device, precision, weights.packed()),
        precision.label(),
        device.isGpu() ? Gpus.ofHost().all().get(device.getDeviceId()).name() : "");
  }
}
