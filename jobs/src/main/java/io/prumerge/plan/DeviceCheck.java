package io.prumerge.plan;

import io.prumerge.console.UsageException;
import io.prumerge.engine.LlavaEngine;
import io.prumerge.spark.GpuSettings;
import io.prumerge.zoo.DeviceChoice;
import org.apache.spark.SparkContext;

/** Whether the tasks of a session can have the device that a command asks for. */
public final class DeviceCheck {

  private DeviceCheck() {}

  /**
   * Refuses a device that no task gets.
   *
   * @throws io.prumerge.host.DeviceException if a local run's host has none
   * @throws UsageException if Spark never grants the GPU amounts, or lacks them
   */
  public static void require(SparkContext context, DeviceChoice device) {
    if (context.isLocal()) {
      LlavaEngine.checkDevice(device); // a local run has no other host
    }
    try {
      GpuSettings.check(context.getConf(), device);
    } catch (IllegalArgumentException e) {
      throw new UsageException(e.getMessage(), e);
    }
  }
}
