package io.prumerge.engine;

import io.prumerge.image.ImageAspect;
import java.io.Serializable;

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

  /** Whether both models want to be on one device. */
  boolean sameDevice(EngineConfig other) {
    return device == other.device && deviceAddress == other.deviceAddress;
  }
}
