package io.prumerge.spark;

import io.prumerge.lang.Text;
import io.prumerge.zoo.DeviceChoice;
import java.util.List;
import org.apache.spark.SparkConf;

/** Checks Spark's GPU settings on the driver before the first task starts. */
public final class GpuSettings {

  private static final String EXECUTOR = "spark.executor.resource.gpu.amount";
  private static final String TASK = "spark.task.resource.gpu.amount";

  private GpuSettings() {}

  /**
   * Refuses settings with which tasks would not get the GPUs that were requested.
   *
   * <p>A {@code local} master never has GPUs to assign, so a job with GPU amounts would wait for
   * ever without an error. On a cluster ({@code local-cluster} is one) a task gets a GPU only if
   * both amounts are set: otherwise all tasks of a host would share its first device, or executors
   * would hold GPUs that no task uses. On the CPU any amounts are allowed, so that scheduling can
   * be tested.
   *
   * @param device requested for models
   * @throws IllegalArgumentException naming the settings and what to do
   */
  public static void check(SparkConf conf, DeviceChoice device) {
    String master = conf.get("spark.master", "");
    if (master.equals("local") || master.startsWith("local[")) {
      checkLocal(conf, master);
    } else if (device != DeviceChoice.CPU && amount(conf, TASK) == 0) {
      checkTasksWithoutGpus(conf, device, master);
    }
  }

  private static void checkLocal(SparkConf conf, String master) {
    for (String key : List.of(EXECUTOR, TASK)) {
      if (amount(conf, key) > 0) {
        throw new IllegalArgumentException(
            Text.format(
                "Cannot run with %s=%s and master %s: local mode never assigns GPUs, so the job"
                    + " would wait for ever. Remove the setting (and name the device yourself), or"
                    + " use a cluster's master",
                key, conf.get(key), master));
      }
    }
  }

  private static void checkTasksWithoutGpus(SparkConf conf, DeviceChoice device, String master) {
    if (amount(conf, EXECUTOR) > 0) {
      throw new IllegalArgumentException(
          Text.format(
              "Cannot run with %s=%s and no %s: executors would hold GPUs that no task gets. Add"
                  + " --conf %s=0.5, so that two tasks share a GPU",
              EXECUTOR, conf.get(EXECUTOR), TASK, TASK));
    }
    if (device == DeviceChoice.CUDA) {
      throw new IllegalArgumentException(
          Text.format(
              "Cannot run on device cuda with master %s: Spark would assign no GPU. Add --conf %s=1"
                  + " --conf %s=0.5 (conf/ has these settings for each cluster manager), or ask for"
                  + " device cpu",
              master, EXECUTOR, TASK));
    }
  }

  /** Returns the amount as Spark reads it: a number of addresses, below 1 for a share of one. */
  private static double amount(SparkConf conf, String key) {
    String value = conf.get(key, "0");
    try {
      return Double.parseDouble(value);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(
          Text.format("Cannot read %s=%s: expected a number", key, value), e);
    }
  }
}
