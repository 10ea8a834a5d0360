package io.prumerge.spark;

import java.util.Map;
import org.apache.spark.SparkContext;
import org.apache.spark.api.plugin.DriverPlugin;
import org.apache.spark.api.plugin.PluginContext;

/** The plugin on the driver. */
final class DriverPart implements DriverPlugin {

  /**
   * Checks the settings.
   *
   * @throws IllegalArgumentException for GPU amounts that cannot work, which ends the application
   */
  @Override
  public Map<String, String> init(SparkContext context, PluginContext plugin) {
    GpuSettings.check(plugin.conf(), ModelSettings.of(plugin.conf()::get).device());
    return Map.of();
  }
}
