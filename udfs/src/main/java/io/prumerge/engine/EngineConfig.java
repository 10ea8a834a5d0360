package io.prumerge.engine;

import ai.djl.Device;
import io.prumerge.checkpoint.Checkpoint;
import io.prumerge.image.ImageAspect;
import io.prumerge.model.Precision;
import java.io.Serializable;
import java.nio.file.Path;

/**
 * Everything that decides which model is loaded and how it answers; two equal configurations share
 * one loaded model per device and JVM.
 *
 * @param model checkpoint folder, on a file system of this host
 * @param device where the model runs
 * @param deviceAddress CUDA ordinal that Spark assigned, -1 where none was
 * @param dtype arithmetic of the forward pass
 * @param imageAspect pad to a square or crop the centre
 * @param template conversation template's name
 * @param cache folder of this host for weights converted to {@code dtype}; empty: none are kept
 */
public record EngineConfig(
    String model,
    DeviceChoice device,
    int deviceAddress,
    DtypeChoice dtype,
    ImageAspect imageAspect,
    String template,
    String cache)
    implements Serializable {

  private static final long serialVersionUID = 1L;

  /** A configuration that keeps no converted weights. */
  public EngineConfig(
      String model,
      DeviceChoice device,
      int deviceAddress,
      DtypeChoice dtype,
      ImageAspect imageAspect,
      String template) {
    this(model, device, deviceAddress, dtype, imageAspect, template, "");
  }

  /**
   * The same with what {@code auto} and an address come to on this host: a model is what was
   * resolved, however it was asked for.
   *
   * @throws io.prumerge.host.DeviceException if there is no such device
   * @throws io.prumerge.checkpoint.CheckpointException if the arithmetic is up to the checkpoint,
   *     and the folder holds none
   */
  EngineConfig resolved() {
    Device on = Devices.device(device, deviceAddress);
    Precision precision =
        Devices.precision(dtype, on, () -> Checkpoint.open(Path.of(model)).weightType());
    return new EngineConfig(
        model,
        on.isGpu() ? DeviceChoice.CUDA : DeviceChoice.CPU,
        on.isGpu() ? on.getDeviceId() : -1,
        DtypeChoice.valueOf(precision.name()),
        imageAspect,
        template,
        cache);
  }

  /**
   * Where a resolved model is.
   *
   * @param address CUDA ordinal, -1 for the processor
   */
  record Place(DeviceChoice device, int address) {}

  Place place() {
    return new Place(device, deviceAddress);
  }
}
