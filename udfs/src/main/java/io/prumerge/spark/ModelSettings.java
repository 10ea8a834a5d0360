package io.prumerge.spark;

import io.prumerge.checkpoint.WeightsPin;
import io.prumerge.engine.DeviceChoice;
import io.prumerge.engine.DtypeChoice;
import io.prumerge.engine.EngineConfig;
import io.prumerge.image.ImageAspect;
import java.io.Serializable;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The model as the driver asks for it. A task makes an {@link EngineConfig} of it, with the folder
 * on its own host and the device Spark assigned.
 *
 * @param model checkpoint folder: a path of each host, or a URL of a file system Hadoop knows
 * @param device where the model runs
 * @param dtype arithmetic of the forward pass
 * @param imageAspect pad to a square or crop the centre
 * @param conversation conversation template's name
 * @param weights which weights the checkpoint must have
 */
record ModelSettings(
    String model,
    DeviceChoice device,
    DtypeChoice dtype,
    ImageAspect imageAspect,
    String conversation,
    WeightsPin weights)
    implements Serializable {

  private static final long serialVersionUID = 1L;

  /**
   * The engine's configuration with the checkpoint at {@code folder}, converted weights in {@code
   * cache} and Spark's device.
   */
  EngineConfig on(Path folder, Optional<Path> cache, AssignedDevice assigned) {
    // On the CPU the address must not tell configurations apart, or each would load the model.
    int address = device == DeviceChoice.CPU ? AssignedDevice.NONE : assigned.ordinal();
    return new EngineConfig(
        folder.toString(),
        device,
        address,
        dtype,
        imageAspect,
        conversation,
        cache.map(Path::toString).orElse(""));
  }
}
