package io.prumerge.spark;

import java.util.List;
import org.apache.spark.SparkConf;

/** What the driver checks of Spark's GPU settings before the first task starts. */
public final class GpuSettings {

  private static final List<String> AMOUNTS =
      List.of("spark.executor.resource.gpu.amount", "spark.task.resource.gpu.amount");

  private GpuSettings() {}

  /**
   * Refuses GPU amounts with a {@code local} master: local mode never has GPUs to assign, and a job
   * that asks for them waits for ever without an error. {@code local-cluster} is a cluster.
   *
   * @throws IllegalArgumentException naming the setting and what to do
   */
  public static void check(SparkConf conf) {
    String master = conf.get("spark.master", "");
    if (!master.equals("local") && !master.startsWith("local[")) {
      return;
    }
    for (String amount : AMOUNTS) {
      String value = conf.get(amount, "0");
      if (Double.parseDouble(value) > 0) {
        throw new IllegalArgumentException(
            "Cannot run with %s=%s and master %s: local mode never assigns GPUs, so the job would wait for ever. Remove the setting (and name the device yourself), or use a cluster's master"
                .formatted(amount, value, master));
      }
    }
  }
}
