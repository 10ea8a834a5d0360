package io.prumerge.spark;

import org.apache.spark.api.plugin.DriverPlugin;
import org.apache.spark.api.plugin.ExecutorPlugin;
import org.apache.spark.api.plugin.SparkPlugin;

/**
 * {@code spark.plugins=io.prumerge.spark.PrumergePlugin}: refuses GPU settings that cannot work
 * before the application starts, and checks devices and warms up the model in each executor ({@link
 * ExecutorPart}). The plugin is optional.
 */
public final class PrumergePlugin implements SparkPlugin {

  @Override
  public DriverPlugin driverPlugin() {
    return new DriverPart();
  }

  @Override
  public ExecutorPlugin executorPlugin() {
    return new ExecutorPart();
  }
}
