package io.prumerge.spark;

import io.prumerge.engine.ModelWeights;
import io.prumerge.engine.ResolvedDevice;
import io.prumerge.zoo.DeviceChoice;
import io.prumerge.zoo.DtypeChoice;
import io.prumerge.zoo.LoadSettings;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.apache.spark.SparkContext;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaSparkContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Asks executors what a model would run on there, before one is loaded. */
public final class ExecutorDevices {

  private static final Logger LOG = LoggerFactory.getLogger(ExecutorDevices.class);

  private ExecutorDevices() {}

  /**
   * Returns what the executors that take the tasks say, each different answer once. One that cannot
   * load libtorch says nothing here: the first task that wants a model says why, and is retried.
   *
   * @param device {@code auto}, {@code cpu} or {@code cuda}
   * @param dtype {@code auto}, {@code fp32}, {@code bf16} or {@code fp16}
   * @param weights the model's
   * @param tasks how many run at a time
   */
  public static List<HostDevice> of(
      SparkContext context, String device, String dtype, ModelWeights weights, int tasks) {
    DeviceChoice deviceChoice = LoadSettings.DEVICE.read("device", device);
    DtypeChoice dtypeChoice = LoadSettings.DTYPE.read("dtype", dtype);
    return JavaSparkContext.fromSparkContext(context)
        .parallelize(Collections.nCopies(tasks, 0), tasks)
        .mapPartitions(rows -> resolved(deviceChoice, dtypeChoice, weights).iterator())
        .distinct()
        .collect();
  }

  private static List<HostDevice> resolved(
      DeviceChoice device, DtypeChoice dtype, ModelWeights weights) {
    List<HostDevice> answers = new ArrayList<>();
    try {
      int address = AssignedDevice.of(TaskContext.get()).ordinal();
      answers.add(
          new HostDevice(
              HostName.ofThisHost(),
              Runtime.version().toString(),
              ResolvedDevice.of(device, dtype, weights, address)));
    } catch (RuntimeException | LinkageError e) {
      LOG.debug("Cannot tell what a model would run on", e);
    }
    return answers;
  }
}
