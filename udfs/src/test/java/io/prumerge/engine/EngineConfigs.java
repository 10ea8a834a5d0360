package io.prumerge.engine;

import io.prumerge.image.processor.ImageAspect;
import io.prumerge.zoo.DeviceChoice;
import io.prumerge.zoo.DtypeChoice;
import io.prumerge.zoo.LoadSettings;

/** Configurations by the settings that tests differ in most. */
public final class EngineConfigs {
  private EngineConfigs() {}

  /**
   * Returns the configuration of a model that is otherwise loaded by default.
   *
   * @param address CUDA ordinal that Spark assigned, -1 where none was
   */
  public static EngineConfig of(
      String model,
      DeviceChoice device,
      int address,
      DtypeChoice dtype,
      ImageAspect aspect,
      String template) {
    return new EngineConfig(
        model,
        address,
        LoadSettings.DEFAULT
            .with(LoadSettings.DEVICE, device)
            .with(LoadSettings.DTYPE, dtype)
            .with(LoadSettings.IMAGE_ASPECT, aspect)
            .with(LoadSettings.CONVERSATION, template));
  }
}
