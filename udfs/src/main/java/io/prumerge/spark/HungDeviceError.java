package io.prumerge.spark;

/**
 * A device that does not come back. An error of the virtual machine, because it is these that Spark
 * ends an executor for, after it has told the driver of the task that failed by them ({@code
 * org.apache.spark.executor.Executor.isFatalError}).
 */
final class HungDeviceError extends VirtualMachineError {

  private static final long serialVersionUID = 1L;

  HungDeviceError(String message) {
    super(message);
  }
}
