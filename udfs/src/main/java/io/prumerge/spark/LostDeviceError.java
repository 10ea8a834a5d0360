package io.prumerge.spark;

/**
 * A process has lost its device. It is a virtual machine error because Spark ends an executor on
 * such an error, after reporting the failed task to the driver ({@code
 * org.apache.spark.executor.Executor.isFatalError}).
 */
final class LostDeviceError extends VirtualMachineError {

  private static final long serialVersionUID = 1L;

  LostDeviceError(String message) {
    super(message);
  }
}
